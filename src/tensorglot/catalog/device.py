"""dtypes, devices and the boundary between tensors and host values."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

_CASTS = {"float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long": "int64",
          "int": "int32", "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool", "cfloat": "complex64",
          "cdouble": "complex128"}

function("cast", "elementwise",
         torch=["Tensor.to(self: x, dtype: is_dtype(dtype), non_blocking: _ = False, copy: _ = False, *, "
                "memory_format: _ = None)",
                "Tensor.to(self: x, device: _, dtype: is_dtype(dtype), non_blocking: _ = False, "
                "copy: _ = False, *, "
                "memory_format: _ = None)",
                "Tensor.type(self: x, dtype: is_dtype(dtype), non_blocking: _ = False)",
                "Tensor.type(self: x, dtype: is_tensor_class(_), non_blocking: _ = False) | dtype='float32'"]
               + [f"Tensor.{name}(self: x) | dtype={dtype!r}" for name,
                  dtype in _CASTS.items()],
         keras="ops.cast(x: x, dtype: dtype)", tensorflow="tf.cast(x: x, dtype: dtype)")
function("cast_like", "elementwise",
         torch=["Tensor.type_as(self: x, other: y)",
                "Tensor.to(self: x, other: is_tensor(y), non_blocking: _ = False, copy: _ = False, *, "
                "memory_format: _ = None)"],
         keras="= ops.cast(x, y.dtype)", tensorflow="= tf.cast(x, y.dtype)")
function("identity", "elementwise",
         torch=["Tensor.to(self: x, device: is_device(_) = None, dtype: None = None, non_blocking: _ = False, "
                "copy: _ = False, *, "
                "memory_format: _ = None)",
                "Tensor.contiguous(self: x, memory_format: _ = None)",
                "Tensor.cpu(self: x, memory_format: _ = None)",
                "Tensor.cuda(self: x, device: _ = None, non_blocking: _ = False, memory_format: _ = None)",
                "Tensor.clone(self: x, *, memory_format: _ = None)",
                "torch.clone(input: x, *, memory_format: _ = None)", "Tensor.pin_memory(self: x)",
                "Tensor.requires_grad_(self: x, requires_grad: True = True)", "Tensor.retain_grad(self: x)",
                "torch.autograd.Variable(data: x, requires_grad: _ = False, volatile: _ = False)",
                "Tensor.resolve_conj(self: x)",
                "Tensor.resolve_neg(self: x)"],
         keras="= x")
function("to", "elementwise",
         torch="Tensor.to(self: x, other: other, non_blocking: _ = False, copy: _ = False, *, memory_format: _ = None)",
         keras="adapters.to(x: x, other: other)",
         note="where it is not known whether a dtype, a device or a tensor is given")
function("stop_gradient", "elementwise",
         torch=["Tensor.detach(self: x)", "Tensor.detach_(self: x)", "torch.detach(input: x)", "Tensor.data",
                "Tensor.requires_grad_(self: x, requires_grad: False)"],
         keras="ops.stop_gradient(variable: x)", tensorflow="tf.stop_gradient(input: x)")
function("copy_into", "elementwise", torch="Tensor.copy_(self: x, other: y, non_blocking: _ = False)",
         keras="= ops.cast(ops.broadcast_to(y, ops.shape(x)), x.dtype)")

# Host values.
function("item", "any", torch="Tensor.item(self: x)", keras="= ops.convert_to_numpy(x).item()",
         tensorflow="= x.numpy().item()",
         note="A host value: not possible in a traced function.")
function("to_numpy", "any", torch=["Tensor.numpy(self: x, *, force: _ = False)"], keras="ops.convert_to_numpy(x: x)",
         tensorflow="= x.numpy()", note="A host value: not possible in a traced function.")
function("to_list", "any", torch="Tensor.tolist(self: x)", keras="= ops.convert_to_numpy(x).tolist()",
         tensorflow="= x.numpy().tolist()", note="A host value: not possible in a traced function.")

# Questions.
function("dtype", "host", torch="Tensor.dtype", keras="= x.dtype")
function("device_of", "host", torch=["Tensor.device: _", "= torch.device('cpu')"], keras="= None")
function("device_kind", "host", torch="torch.device.type: _", keras="= 'cpu'")
function("device_number", "host", torch="torch.device.index: _", keras="= None")
function("is_cuda", "host",
         torch=["Tensor.is_cuda: _", "Tensor.is_sparse: _", "Tensor.is_quantized: _", "Tensor.is_nested: _", "= False"],
         keras="= False")
function("is_tensor", "host", torch="torch.is_tensor(obj: x)", keras="ops.is_tensor(x: x)",
         tensorflow="tf.is_tensor(x: x)")
function("is_floating_point", "host",
         torch=["torch.is_floating_point(input: x)", "Tensor.is_floating_point(self: x)"],
         keras="= keras.backend.is_float_dtype(x.dtype)", tensorflow="= x.dtype.is_floating")
function("is_complex", "host", torch=["torch.is_complex(input: x)", "Tensor.is_complex(self: x)"],
         keras="= 'complex' in keras.backend.standardize_dtype(x.dtype)", tensorflow="= x.dtype.is_complex")
function("is_float_dtype", "host", torch="torch.dtype.is_floating_point", keras="= keras.backend.is_float_dtype(x)",
         tensorflow="= tf.as_dtype(x).is_floating")
function("is_complex_dtype", "host", torch="torch.dtype.is_complex",
         keras="= 'complex' in keras.backend.standardize_dtype(x)", tensorflow="= tf.as_dtype(x).is_complex")
function("is_contiguous", "host", torch=["Tensor.is_contiguous(self: _, memory_format: _ = None)", "= True"], keras="= True")
function("dtype_limits", "host", torch=["torch.finfo(type: dtype)", "torch.iinfo(type: dtype)"],
         keras="adapters.dtype_limits(dtype: dtype)")
function("default_dtype", "host", torch="torch.get_default_dtype()", keras="keras.config.floatx()")
function("no_autocast", "host",
         torch=["torch.autocast(device_type: _, dtype: _ = None, enabled: _ = True, cache_enabled: _ = None)",
                "torch.amp.autocast(device_type: _, dtype: _ = None, enabled: _ = True, cache_enabled: _ = None)",
                "torch.cuda.amp.autocast(enabled: _ = True, dtype: _ = None, cache_enabled: _ = True)",
                "torch.cpu.amp.autocast(enabled: _ = True, dtype: _ = None, cache_enabled: _ = True)",
                "= contextlib.nullcontext()"],
         keras="= contextlib.nullcontext()",
         note="Mixed precision is chosen by the dtype policy in the target.")
