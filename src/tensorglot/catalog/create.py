"""New tensors."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

#: Where and how a new tensor is kept: no numerical meaning.
_PLACE = "layout: _ = None, device: _ = None, pin_memory: _ = False, requires_grad: _ = False"

for _name in ("zeros", "ones", "empty"):
    function(_name, "create shape",
             torch=[f"torch.{_name}(*size: sizes(shape), dtype: dtype = None, {_PLACE})",
                    f"Tensor.new_{_name}(self: _, *size: sizes(shape), dtype: some(dtype), {_PLACE})"],
             keras=f"ops.{_name}(shape: shape, dtype: dtype = None)",
             tensorflow=[f"tf.{_name}(shape: shape, dtype: some(dtype))" if _name != "empty" else
                         "tf.zeros(shape: shape, dtype: some(dtype))",
                         f"ops.{_name}(shape: shape, dtype: dtype = None)"],
             from_tensorflow=[f"tf.{_name}(shape: shape, dtype: dtype = 'float32')"] if _name != "empty" else [])
    function(f"new_{_name}", "create shape", torch=f"Tensor.new_{_name}(self: x, *size: sizes(shape), {_PLACE})",
             keras=f"= ops.{_name}(shape, dtype=x.dtype)",
             tensorflow=f"= tf.{'zeros' if _name == 'empty' else _name}(shape, dtype=x.dtype)")
    function(f"{_name}_like", "like",
             torch=f"torch.{_name}_like(input: x, *, memory_format: _ = None, dtype: dtype = None, {_PLACE})",
             keras=f"ops.{_name}_like(x: x, dtype: dtype = None)",
             tensorflow=f"tf.{'zeros' if _name == 'empty' else _name}_like(input: x, dtype: dtype = None)")
function("full", "create shape",
         torch=[f"torch.full(size: shape, fill_value: value, *, dtype: dtype = None, {_PLACE})",
                f"Tensor.new_full(self: _, size: shape, fill_value: value, *, dtype: some(dtype), {_PLACE})"],
         keras="ops.full(shape: shape, fill_value: value, dtype: fill_dtype(dtype, value) = None)",
         tensorflow=["= tf.cast(tf.fill(shape, value), dtype) | dtype='bool'",
                     "ops.full(shape: shape, fill_value: value, dtype: fill_dtype(dtype, value) = None)"])
function("new_full", "create shape", torch=f"Tensor.new_full(self: x, size: shape, fill_value: value, *, {_PLACE})",
         keras="= ops.full(shape, value, dtype=x.dtype)")
function("full_like", "like",
         torch="torch.full_like(input: x, fill_value: value, *, memory_format: _ = None, dtype: dtype = None, "
               f"{_PLACE})",
         keras="ops.full_like(x: x, fill_value: value, dtype: dtype = None)")
function("fill", "like", torch=["Tensor.fill_(self: x, value: value)", "torch.fill(input: x, value: value)"],
         keras="ops.full_like(x: x, fill_value: value)")
function("zero", "like", torch="Tensor.zero_(self: x)", keras="ops.zeros_like(x: x)",
         tensorflow="tf.zeros_like(input: x)")
function("arange", "create shape",
         torch=[f"torch.arange(end: stop, *, dtype: dtype = None, {_PLACE}) | start=0, step=1",
                f"torch.arange(start: start, end: stop, step: step = 1, *, dtype: dtype = None, {_PLACE})"],
         keras=["ops.arange(start: stop, dtype: dtype = None) | start=0, step=1",
                "ops.arange(start: start, stop: stop, dtype: dtype = None) | step=1",
                "ops.arange(start: start, stop: stop, step: step, dtype: dtype = None)"],
         tensorflow=["tf.range(start: integral(stop), *, dtype: dtype = None) | start=0, step=1",
                     "tf.range(start: integral(start), limit: integral(stop), delta: integral(step) = 1, "
                     "dtype: dtype = None)", "ops.arange(start: start, stop: stop, step: step, dtype: dtype = None)"])
function("linspace", "create shape",
         torch=f"torch.linspace(start: start, end: stop, steps: steps, *, dtype: dtype = None, {_PLACE})",
         keras="ops.linspace(start: start, stop: stop, num: steps = 50, dtype: dtype = None)")
function("logspace", "create shape",
         torch="torch.logspace(start: start, end: stop, steps: steps, base: base = 10.0, *, dtype: dtype = None, "
               f"{_PLACE})",
         keras="ops.logspace(start: start, stop: stop, num: steps = 50, base: base = 10, dtype: dtype = None)")
function("eye", "create shape",
         torch=[f"torch.eye(n: rows, *, dtype: dtype = None, {_PLACE}) | columns=None",
                f"torch.eye(n: rows, m: columns, *, dtype: dtype = None, {_PLACE})"],
         keras="ops.eye(N: rows, M: columns = None, dtype: dtype = None)")
function("tensor", "any", float64_tol=(1e-7, "Python floats become single precision whatever floatx is"),
         torch=["torch.tensor(data: value, *, dtype: dtype = None, device: _ = None, requires_grad: _ = False, "
                "pin_memory: _ = False)",
                "torch.as_tensor(data: value, dtype: dtype = None, device: _ = None)",
                "torch.asarray(obj: value, *, dtype: dtype = None, device: _ = None, copy: _ = None, "
                "requires_grad: _ = False)",
                "torch.from_numpy(ndarray: value) | dtype=None",
                f"torch.scalar_tensor(s: value, *, dtype: some(dtype), {_PLACE})",
                "Tensor.new_tensor(self: _, data: value, *, dtype: some(dtype), device: _ = None, "
                "requires_grad: _ = False)"],
         keras="ops.convert_to_tensor(x: value, dtype: dtype = None)",
         from_tensorflow=["tf.constant(value: value, dtype: dtype = None)",
                          "tf.convert_to_tensor(value: value, dtype: dtype = None)"],
         tensorflow=["tf.constant(value: value, dtype: some(dtype))",
                     "ops.convert_to_tensor(x: value, dtype: dtype = None)"])
function("new_tensor", "any",
         torch="Tensor.new_tensor(self: x, data: value, *, device: _ = None, requires_grad: _ = False)",
         keras="= ops.convert_to_tensor(value, dtype=x.dtype)")
for _name in ("FloatTensor", "LongTensor", "BoolTensor", "IntTensor", "DoubleTensor"):
    _dtype = {"Float": "float32", "Long": "int64", "Bool": "bool", "Int": "int32", "Double": "float64"}[_name[:-6]]
    function(f"tensor_{_dtype}", "any", torch=f"torch.{_name}(data: is_sequence(value))",
             keras=f"ops.convert_to_tensor(x: value, dtype: {_dtype!r} = None)")
    function(f"empty_{_dtype}", "create shape", torch=f"torch.{_name}(*size: sizes(shape))",
             keras=f"ops.zeros(shape: shape, dtype: {_dtype!r} = None)" if _name != "FloatTensor" else
             "ops.zeros(shape: shape)")
for _name, _dtype in (("LongTensor", "int64"), ("BoolTensor", "bool"), ("IntTensor", "int32")):
    function(f"typed_{_dtype}", "elementwise", torch=f"torch.{_name}(data: is_tensor(x))",
             keras=f"ops.cast(x: x, dtype: {_dtype!r})")
function("typed_default", "elementwise", note="The source's constructors take tensors of their own type only.",
         torch=["torch.Tensor(data: is_tensor(x))", "torch.FloatTensor(data: is_tensor(x))"],
         keras="= ops.cast(x, keras.config.floatx())")
function("legacy_tensor", "any", torch=["torch.Tensor(data: is_sequence(value))",
                                        f"torch.scalar_tensor(s: value, *, {_PLACE})"],
         keras="= ops.convert_to_tensor(value, dtype=keras.config.floatx())")
function("legacy_empty", "create shape", torch="torch.Tensor(*size: sizes(shape))", keras="ops.zeros(shape: shape)")
for _name in ("tril_indices", "triu_indices"):
    function(_name, "host",
             torch=f"torch.{_name}(row: rows, col: columns, offset: offset = 0, *, dtype: _ = None, layout: _ = None, "
                   "device: _ = None, pin_memory: _ = False, requires_grad: _ = False)",
             keras=f"adapters.{_name}(rows: rows, columns: columns, offset: offset = 0)")
for _name in ("hann_window", "hamming_window"):
    function(_name, "create shape",
             torch=f"torch.{_name}(window_length: length, periodic: periodic = True, *, dtype: dtype = None, {_PLACE})",
             keras=f"adapters.{_name}(length: length, periodic: periodic = True, dtype: dtype = None)")
