"""Reductions, scans, order statistics and sorting."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

function("sum", "reduce axis keepdims",
         torch=["torch.sum(input: x, dim: axis = None, keepdim: keepdims = False, *, dtype: dtype = None)",
                "Tensor.sum(self: x, dim: axis = None, keepdim: keepdims = False, *, dtype: dtype = None)"],
         keras=["ops.sum(x: x, axis: axis = None, keepdims: keepdims = False)",
                "= ops.sum(ops.cast(x, dtype), axis=axis, keepdims=keepdims)"],
         tensorflow=["tf.reduce_sum(input_tensor: numeric(x), axis: axis = None, keepdims: keepdims = False)",
                     "ops.sum(x: x, axis: axis = None, keepdims: keepdims = False)",
                     "= tf.reduce_sum(tf.cast(x, dtype), axis=axis, keepdims=keepdims)"])
function("nansum", "reduce axis keepdims",
         torch=["torch.nansum(input: x, dim: axis = None, keepdim: keepdims = False)",
                "Tensor.nansum(self: x, dim: axis = None, keepdim: keepdims = False)"],
         keras="ops.nansum(x: x, axis: axis = None, keepdims: keepdims = False)")
function("mean", "reduce axis keepdims",
         torch=["torch.mean(input: x, dim: axis = None, keepdim: keepdims = False, *, dtype: dtype = None)",
                "Tensor.mean(self: x, dim: axis = None, keepdim: keepdims = False, *, dtype: dtype = None)"],
         keras=["ops.mean(x: x, axis: axis = None, keepdims: keepdims = False)",
                "= ops.mean(ops.cast(x, dtype), axis=axis, keepdims=keepdims)"],
         tensorflow=["tf.reduce_mean(input_tensor: x, axis: axis = None, keepdims: keepdims = False)",
                     "= tf.reduce_mean(tf.cast(x, dtype), axis=axis, keepdims=keepdims)"])
function("nanmean", "reduce axis keepdims",
         torch=["torch.nanmean(input: x, dim: axis = None, keepdim: keepdims = False)",
                "Tensor.nanmean(self: x, dim: axis = None, keepdim: keepdims = False)"],
         keras="ops.nanmean(x: x, axis: axis = None, keepdims: keepdims = False)")
function("prod", "reduce axis keepdims",
         torch=["torch.prod(input: x, *, dtype: dtype = None) | axis=None, keepdims=False",
                "torch.prod(input: x, dim: axis, keepdim: keepdims = False, *, dtype: dtype = None)",
                "Tensor.prod(self: x, *, dtype: dtype = None) | axis=None, keepdims=False",
                "Tensor.prod(self: x, dim: axis, keepdim: keepdims = False, *, dtype: dtype = None)"],
         keras=["ops.prod(x: x, axis: axis = None, keepdims: keepdims = False)",
                "= ops.prod(ops.cast(x, dtype), axis=axis, keepdims=keepdims)"],
         tensorflow=["tf.reduce_prod(input_tensor: x, axis: axis = None, keepdims: keepdims = False)",
                     "= tf.reduce_prod(tf.cast(x, dtype), axis=axis, keepdims=keepdims)"])

for _name in ("var", "std"):
    function(_name, "reduce axis keepdims",
             torch=[f"torch.{_name}(input: x, unbiased: unbiased(correction)) | axis=None, keepdims=False",
                    f"Tensor.{_name}(self: x, unbiased: unbiased(correction)) | axis=None, keepdims=False",
                    f"torch.{_name}(input: x, dim: axis = None, *, correction: correction = 1, "
                    "keepdim: keepdims = False)",
                    f"Tensor.{_name}(self: x, dim: axis = None, *, correction: correction = 1, "
                    "keepdim: keepdims = False)",
                    f"torch.{_name}(input: x, dim: axis, unbiased: unbiased(correction) = True, "
                    "keepdim: keepdims = False)",
                    f"Tensor.{_name}(self: x, dim: axis, unbiased: unbiased(correction) = True, "
                    "keepdim: keepdims = False)"],
             keras=[f"ops.{_name}(x: x, axis: axis = None, keepdims: keepdims = False) | correction=0",
                    f"adapters.{_name}(x: x, axis: axis = None, keepdims: keepdims = False, "
                    "correction: correction = 1)"],
             tensorflow=[f"tf.math.reduce_{'variance' if _name == 'var' else 'std'}(input_tensor: x, "
                         "axis: axis = None, keepdims: keepdims = False) | correction=0",
                         f"adapters.{_name}(x: x, axis: axis = None, keepdims: keepdims = False, "
                         "correction: correction = 1)"])
    function(f"{_name}_mean", "reduce axis keepdims",
             torch=[f"torch.{_name}_mean(input: x, unbiased: unbiased(correction)) | axis=None, keepdims=False",
                    f"torch.{_name}_mean(input: x, dim: axis = None, *, correction: correction = 1, "
                    "keepdim: keepdims = False)",
                    f"torch.{_name}_mean(input: x, dim: axis, unbiased: unbiased(correction) = True, "
                    "keepdim: keepdims = False)"],
             keras=f"adapters.{_name}_mean(x: x, axis: axis = None, keepdims: keepdims = False, "
                   "correction: correction = 1)")

#: The largest or smallest of all elements, and along axes: what follows the operand in Keras and TensorFlow.
_WHOLE = "axis: None = None, keepdims: False = False) | axis=None, keepdims=False"
_PARTS = ("axis: None = None, keepdims: keepdims = False) | axis=()", "axis: axis, keepdims: keepdims = False)")

for _name in ("max", "min"):
    function(f"{_name}_all", "reduce axis keepdims",
             torch=[f"torch.{_name}(input: x) | axis=None, keepdims=False",
                    f"Tensor.{_name}(self: x) | axis=None, keepdims=False"],
             keras=f"ops.{_name}(x: x, axis: axis = None, keepdims: keepdims = False)",
             tensorflow=f"tf.reduce_{_name}(input_tensor: x, axis: axis = None, keepdims: keepdims = False)",
             from_keras=f"ops.{_name}(x: x, {_WHOLE}", from_tensorflow=f"tf.reduce_{_name}(input_tensor: x, {_WHOLE}")
    function(f"{_name}_dim", "reduce axis keepdims",
             outputs=f"values: a{_name}; indices: arg{_name}",
             torch=[f"torch.{_name}(input: x, dim: is_dim(axis), keepdim: keepdims = False)",
                    f"Tensor.{_name}(self: x, dim: is_dim(axis), keepdim: keepdims = False)"],
             keras=f"adapters.{_name}_with_indices(x: x, axis: axis, keepdims: keepdims = False)")
    function(f"a{_name}", "reduce axis keepdims",
             torch=[f"torch.a{_name}(input: x, dim: axis = (), keepdim: keepdims = False)",
                    f"Tensor.a{_name}(self: x, dim: axis = (), keepdim: keepdims = False)"],
             keras=[f"ops.{_name}(x: x) | axis=(), keepdims=False",
                    f"ops.{_name}(x: x, axis: some_axis(axis), keepdims: keepdims = False)"],
             tensorflow=[f"tf.reduce_{_name}(input_tensor: x) | axis=(), keepdims=False",
                         f"tf.reduce_{_name}(input_tensor: x, axis: some_axis(axis), keepdims: keepdims = False)"],
             from_keras=[f"ops.{_name}(x: x, {form}" for form in _PARTS],
             from_tensorflow=[f"tf.reduce_{_name}(input_tensor: x, {form}" for form in _PARTS])
    function(f"arg{_name}", "reduce axis keepdims",
             torch=[f"torch.arg{_name}(input: x, dim: axis = None, keepdim: keepdims = False)",
                    f"Tensor.arg{_name}(self: x, dim: axis = None, keepdim: keepdims = False)"],
             keras=f"ops.arg{_name}(x: x, axis: axis = None, keepdims: keepdims = False)",
             from_tensorflow=f"tf.arg{_name}(input: x, axis: or_axis(axis, 0) = None) | keepdims=False",
             tensorflow=[f"tf.arg{_name}(input: x, axis: some(axis)) | keepdims=False",
                         f"ops.arg{_name}(x: x, axis: axis = None, keepdims: keepdims = False)"])
    function(f"cum{_name}", "axis axis",
             torch=[f"torch.cum{_name}(input: x, dim: axis)", f"Tensor.cum{_name}(self: x, dim: axis)"],
             keras=f"adapters.cum{_name}(x: x, axis: axis)", outputs="values: ; indices: ")
function("aminmax", "reduce axis keepdims", outputs="min: amin; max: amax",
         torch=["torch.aminmax(input: x, *, dim: axis = None, keepdim: keepdims = False)",
                "Tensor.aminmax(self: x, *, dim: axis = None, keepdim: keepdims = False)"],
         keras="adapters.aminmax(x: x, axis: axis = None, keepdims: keepdims = False)")
for _name in ("all", "any"):
    function(_name, "reduce axis keepdims",
             torch=[f"torch.{_name}(input: x) | axis=None, keepdims=False",
                    f"torch.{_name}(input: x, dim: axis = None, keepdim: keepdims = False)",
                    f"Tensor.{_name}(self: x) | axis=None, keepdims=False",
                    f"Tensor.{_name}(self: x, dim: axis = None, keepdim: keepdims = False)"],
             keras=f"ops.{_name}(x: x, axis: axis = None, keepdims: keepdims = False)",
             tensorflow=[f"tf.reduce_{_name}(input_tensor: boolean(x), axis: axis = None, keepdims: keepdims = False)",
                         f"ops.{_name}(x: x, axis: axis = None, keepdims: keepdims = False)"])
function("count_nonzero", "reduce axis keepdims",
         torch=["torch.count_nonzero(input: x, dim: axis = None)", "Tensor.count_nonzero(self: x, dim: axis = None)"],
         keras="ops.count_nonzero(x: x, axis: axis = None)")
function("logsumexp", "reduce axis keepdims",
         torch=["torch.logsumexp(input: x, dim: axis, keepdim: keepdims = False)",
                "Tensor.logsumexp(self: x, dim: axis, keepdim: keepdims = False)"],
         keras="ops.logsumexp(x: x, axis: axis, keepdims: keepdims = False)",
         tensorflow="tf.reduce_logsumexp(input_tensor: x, axis: axis, keepdims: keepdims = False)")
function("median_all", "reduce axis keepdims", note="The lower of the two middle values, as in the source.",
         torch=["torch.median(input: x) | axis=None, keepdims=False",
                "Tensor.median(self: x) | axis=None, keepdims=False"],
         keras="adapters.median(x: x) | axis=None, keepdims=False")
function("median_dim", "reduce axis keepdims", outputs="values: ; indices: ",
         torch=["torch.median(input: x, dim: axis, keepdim: keepdims = False)",
                "Tensor.median(self: x, dim: axis, keepdim: keepdims = False)"],
         keras="adapters.median_with_indices(x: x, axis: axis, keepdims: keepdims = False)")
function("kthvalue", "reduce axis keepdims", outputs="values: ; indices: ",
         torch=["torch.kthvalue(input: x, k: k, dim: axis = -1, keepdim: keepdims = False)",
                "Tensor.kthvalue(self: x, k: k, dim: axis = -1, keepdim: keepdims = False)"],
         keras="adapters.kthvalue(x: x, k: k, axis: axis = -1, keepdims: keepdims = False)")
function("quantile", "any", float64_tol=(1e-7, "Keras keeps `q` in single precision"),
         torch=["torch.quantile(input: x, q: q, dim: axis = None, keepdim: keepdims = False, *, "
                "interpolation: method = 'linear')",
                "Tensor.quantile(self: x, q: q, dim: axis = None, keepdim: keepdims = False, *, "
                "interpolation: method = 'linear')"],
         keras="ops.quantile(x: x, q: q, axis: axis = None, method: method = 'linear', keepdims: keepdims = False)")

# Norms.
function("norm", "reduce axis keepdims",
         torch=["torch.norm(input: x, p: order = 'fro', dim: axis = None, keepdim: keepdims = False, *, "
                "dtype: None = None)",
                "Tensor.norm(self: x, p: order = 'fro', dim: axis = None, keepdim: keepdims = False, "
                "dtype: None = None)",
                "torch.linalg.vector_norm(x: x, ord: order = 2, dim: axis = None, keepdim: keepdims = False, *, "
                "dtype: None = None)",
                "torch.linalg.norm(input: x, ord: None = None, dim: is_single(axis) = None, "
                "keepdim: keepdims = False, *, "
                "dtype: None = None) | order=2",
                "torch.linalg.norm(input: x, ord: order, dim: is_number(axis), keepdim: keepdims = False, *, "
                "dtype: None = None)"],
         keras=["ops.norm(x: x, *, axis: single(axis), keepdims: keepdims = False) | order=2",
                "ops.norm(x: x, *, axis: single(axis), keepdims: keepdims = False) | order='fro'",
                "adapters.vector_norm(x: x, order: order = 2, axis: axis = None, keepdims: keepdims = False)"],
         tensorflow=["tf.norm(tensor: x, axis: axis = None, keepdims: keepdims = False) | order=2",
                     "tf.norm(tensor: x, axis: axis = None, keepdims: keepdims = False) | order='fro'",
                     "adapters.vector_norm(x: x, order: order = 2, axis: axis = None, keepdims: keepdims = False)"])
function("matrix_norm", "any",
         torch=["torch.linalg.matrix_norm(A: x, ord: order = 'fro', dim: axis = (-2, -1), keepdim: keepdims = False, "
                "*, "
                "dtype: None = None)",
                "torch.linalg.norm(input: x, ord: order, dim: axis, keepdim: keepdims = False, *, dtype: None = None)"],
         keras="ops.norm(x: x, ord: order, axis: axis, keepdims: keepdims = False)")
function("dist", "any",
         torch=["torch.dist(input: x, other: y, p: order = 2)", "Tensor.dist(self: x, other: y, p: order = 2)"],
         keras="adapters.vector_norm(x: x - y, order: order = 2)")

# Scans.
for _name in ("cumsum", "cumprod"):
    function(_name, "axis axis",
             torch=[f"torch.{_name}(input: x, dim: axis, *, dtype: dtype = None)",
                    f"Tensor.{_name}(self: x, dim: axis, *, dtype: dtype = None)",
                    f"Tensor.{_name}_(self: x, dim: axis, *, dtype: dtype = None)"],
             keras=f"ops.{_name}(x: x, axis: axis, dtype: dtype = None)",
             tensorflow=[f"tf.{'' if _name == 'cumsum' else 'math.'}{_name}(x: numeric(x), axis: axis = 0)",
                         f"ops.{_name}(x: x, axis: axis, dtype: dtype = None)"])
function("logcumsumexp", "axis axis",
         torch=["torch.logcumsumexp(input: x, dim: axis)", "Tensor.logcumsumexp(self: x, dim: axis)"],
         keras="adapters.logcumsumexp(x: x, axis: axis)",
         tensorflow="tf.math.cumulative_logsumexp(x: x, axis: axis = 0)")
function("diff", "axis axis",
         torch=["torch.diff(input: x, n: n = 1, dim: axis = -1, prepend: None = None, append: None = None)",
                "Tensor.diff(self: x, n: n = 1, dim: axis = -1, prepend: None = None, append: None = None)"],
         keras="ops.diff(a: x, n: n = 1, axis: axis = -1)")

# Sorting.
function("topk", "axis axis", outputs="values: ; indices: ",
         torch=["torch.topk(input: x, k: k, dim: axis = -1, largest: largest = True, sorted: sorted = True)",
                "Tensor.topk(self: x, k: k, dim: axis = -1, largest: largest = True, sorted: sorted = True)"],
         keras=["ops.top_k(x: x, k: k, sorted: sorted = True) | axis=-1, largest=True",
                "adapters.topk(x: x, k: k, axis: axis = -1, largest: largest = True, sorted: sorted = True)"],
         tensorflow=["tf.math.top_k(input: x, k: k, sorted: sorted = True) | axis=-1, largest=True",
                     "adapters.topk(x: x, k: k, axis: axis = -1, largest: largest = True, sorted: sorted = True)"])
function("sort", "axis axis", outputs="values: ; indices: argsort",
         torch=["torch.sort(input: x, dim: axis = -1, descending: descending = False, *, stable: _ = False)",
                "torch.sort(input: x, dim: axis = -1, descending: descending = False)",
                "Tensor.sort(self: x, dim: axis = -1, descending: descending = False)",
                "Tensor.sort(self: x, *, stable: _, dim: axis = -1, descending: descending = False)"],
         keras="adapters.sort(x: x, axis: axis = -1, descending: descending = False)")
function("msort", "axis axis", torch=["torch.msort(input: x) | axis=0", "Tensor.msort(self: x) | axis=0"],
         keras="ops.sort(x: x, axis: axis = -1)", tensorflow="tf.sort(values: x, axis: axis = -1)", from_keras=[],
         from_tensorflow=[])
function("sorted_values", "axis axis", keras="ops.sort(x: x, axis: axis = -1)",
         tensorflow="tf.sort(values: x, axis: axis = -1)", torch="= torch.sort(x, dim=axis).values")
function("argsort", "axis axis",
         torch=["torch.argsort(input: x, dim: axis = -1, descending: descending = False)",
                "torch.argsort(input: x, *, stable: _, dim: axis = -1, descending: descending = False)",
                "Tensor.argsort(self: x, dim: axis = -1, descending: descending = False)",
                "Tensor.argsort(self: x, *, stable: _, dim: axis = -1, descending: descending = False)"],
         keras=["ops.argsort(x: x, axis: axis = -1) | descending=False",
                "adapters.argsort(x: x, axis: axis = -1, descending: descending = False)"],
         tensorflow=["tf.argsort(values: x, axis: axis = -1, stable: True = False) | descending=False",
                     "adapters.argsort(x: x, axis: axis = -1, descending: descending = False)"])
function("unique", "any", note="The size of the result depends on the data: not possible under XLA.",
         torch=["torch.unique(input: x, sorted: _ = True, return_inverse: inverse = False, "
                "return_counts: counts = False, "
                "dim: axis = None)",
                "Tensor.unique(self: x, sorted: _ = True, return_inverse: inverse = False, "
                "return_counts: counts = False, "
                "dim: axis = None)"],
         keras="ops.unique(x: x, return_inverse: inverse = False, return_counts: counts = False, axis: axis = None)")
function("bincount", "any",
         torch=["torch.bincount(input: x, weights: weights = None, minlength: minlength = 0)",
                "Tensor.bincount(self: x, weights: weights = None, minlength: minlength = 0)"],
         keras="ops.bincount(x: x, weights: weights = None, minlength: minlength = 0)")
