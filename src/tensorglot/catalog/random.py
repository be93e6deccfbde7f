"""Random tensors. The numbers differ between frameworks; shapes, dtypes and distributions agree."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

_PLACE = "layout: _ = None, device: _ = None, pin_memory: _ = False, requires_grad: _ = False"
_LIKE = f"*, memory_format: _ = None, dtype: dtype = None, {_PLACE}"
_NOTE = "Random numbers differ between frameworks."

#: What Keras and TensorFlow take besides, which must be what torch always has.
_RANGE = {"rand": "minval: 0.0 = 0.0, maxval: 1.0 = 1.0", "randn": "mean: 0.0 = 0.0, stddev: 1.0 = 1.0"}

for _name, _keras, _tf, _complex in (
        ("rand", "keras.random.uniform", "tf.random.uniform", "adapters.complex_uniform"),
        ("randn", "keras.random.normal", "tf.random.normal", "adapters.complex_normal")):
    function(_name, "create shape", note=_NOTE,
             torch=f"torch.{_name}(*size: sizes(shape), generator: None = None, dtype: dtype = None, {_PLACE})",
             keras=[f"{_complex}(shape: shape, dtype: complex_dtype(dtype) = 'complex64')",
                    f"{_keras}(shape: shape, dtype: dtype = None)"],
             tensorflow=[f"{_complex}(shape: shape, dtype: complex_dtype(dtype) = 'complex64')",
                         f"{_tf}(shape: shape, *, dtype: some(dtype))", f"{_keras}(shape: shape, dtype: dtype = None)"],
             from_keras=f"{_keras}(shape: shape, {_RANGE[_name]}, dtype: dtype = None, seed: _ = None)",
             from_tensorflow=f"{_tf}(shape: shape, {_RANGE[_name]}, dtype: dtype = 'float32', seed: _ = None)")
    function(f"{_name}_like", "like", note=_NOTE, torch=f"torch.{_name}_like(input: x, {_LIKE})",
             keras=[f"= {_keras}(ops.shape(x), dtype=x.dtype) | dtype=None", f"= {_keras}(ops.shape(x), dtype=dtype)"],
             tensorflow=[f"= {_tf}(tf.shape(x), dtype=x.dtype) | dtype=None", f"= {_tf}(tf.shape(x), dtype=dtype)"])
function("randint", "create shape", note=_NOTE,
         torch=["torch.randint(high: high, size: is_sequence(shape), *, generator: None = None, dtype: dtype = None, "
                f"{_PLACE})"
                " | low=0",
                "torch.randint(low: low, high: high, size: shape, *, generator: None = None, dtype: dtype = None, "
                f"{_PLACE})"],
         keras=["keras.random.randint(shape: shape, minval: low, maxval: high, dtype: 'int64' = 'int32') | dtype=None",
                "keras.random.randint(shape: shape, minval: low, maxval: high, dtype: dtype = 'int32')"],
         tensorflow=["tf.random.uniform(shape: shape, minval: low, maxval: high, "
                     "dtype: 'int64' = 'float32') | dtype=None",
                     "tf.random.uniform(shape: shape, minval: low, maxval: high, dtype: dtype = 'float32')"])
function("randint_like", "like", note=_NOTE,
         torch=[f"torch.randint_like(input: x, high: high, {_LIKE}) | low=0",
                f"torch.randint_like(input: x, low: low, high: high, {_LIKE})"],
         keras=["= keras.random.randint(ops.shape(x), low, high, dtype=x.dtype) | dtype=None",
                "= keras.random.randint(ops.shape(x), low, high, dtype=dtype)"])
function("randperm", "create shape", note=_NOTE,
         torch=f"torch.randperm(n: n, *, generator: None = None, dtype: _ = None, {_PLACE})",
         keras="= keras.random.shuffle(ops.arange(n))", tensorflow="= tf.random.shuffle(tf.range(n))")
function("bernoulli", "elementwise", note=_NOTE,
         torch=["torch.bernoulli(input: x, *, generator: None = None)",
                "Tensor.bernoulli(self: x, *, generator: None = None)"],
         keras="adapters.bernoulli(x: x)")
function("bernoulli_fill", "like", note=_NOTE,
         torch="Tensor.bernoulli_(self: x, p: p = 0.5, *, generator: None = None)",
         keras="= ops.cast(keras.random.uniform(ops.shape(x)) < p, x.dtype)",
         tensorflow="= tf.cast(tf.random.uniform(tf.shape(x)) < p, x.dtype)")
function("uniform_fill", "like", note=_NOTE,
         torch=["Tensor.uniform_(self: x, *, generator: None = None) | low=0, high=1",
                "Tensor.uniform_(self: x, from_: low, to: high, *, generator: None = None)"],
         keras=["= keras.random.uniform(ops.shape(x), low, high, dtype=x.dtype)",
                "adapters.uniform_like(x: x, low: low, high: high)"],
         tensorflow=["= tf.random.uniform(tf.shape(x), low, high, dtype=x.dtype)",
                     "adapters.uniform_like(x: x, low: low, high: high)"])
function("normal_fill", "like", note=_NOTE,
         torch="Tensor.normal_(self: x, mean: mean = 0, std: std = 1, *, generator: None = None)",
         keras=["= keras.random.normal(ops.shape(x), mean, std, dtype=x.dtype)",
                "adapters.normal_like(x: x, mean: mean = 0, std: std = 1)"],
         tensorflow=["= tf.random.normal(tf.shape(x), mean, std, dtype=x.dtype)",
                     "adapters.normal_like(x: x, mean: mean = 0, std: std = 1)"])
function("exponential_fill", "like", note=_NOTE,
         torch="Tensor.exponential_(self: x, lambd: rate = 1, *, generator: None = None)",
         keras="adapters.exponential_like(x: x, rate: rate = 1)")
function("normal", "elementwise", note=_NOTE,
         torch=["torch.normal(mean: is_tensor(mean), std: std = 1, *, generator: None = None)",
                "torch.normal(mean: mean, std: is_tensor(std), *, generator: None = None)"],
         keras="adapters.normal(mean: mean, std: std = 1)")
function("normal_sized", "create shape", note=_NOTE,
         torch="torch.normal(mean: is_number(mean), std: std, size: shape, *, generator: None = None, "
               f"dtype: dtype = None, {_PLACE})",
         keras="keras.random.normal(shape: shape, mean: mean = 0.0, stddev: std = 1.0, dtype: dtype = None)")
function("multinomial", "any", note=_NOTE,
         torch=["torch.multinomial(input: x, num_samples: samples, replacement: replacement = False, *, "
                "generator: None = None)",
                "Tensor.multinomial(self: x, num_samples: samples, replacement: replacement = False, *, "
                "generator: None = None)"],
         keras="adapters.multinomial(x: x, samples: samples, replacement: replacement = False)")
