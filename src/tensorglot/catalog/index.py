"""Indexing, gathering and scattering."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

function("getitem", "getitem", torch="operator.getitem(x: x, index: index)",
         keras=["operator.getitem(x: x, index: basic_key(index))", "ops.take(x: x, indices: index_key(index), axis: 0)",
                "adapters.getitem(x: x, key: value_key(index))", "= adapters.getitem(x, np.s_[index])"],
         tensorflow=["operator.getitem(x: x, index: basic_key(index))",
                     "tf.gather(params: x, indices: index_key(index))",
                     "adapters.getitem(x: x, key: value_key(index))", "= adapters.getitem(x, np.s_[index])"])
function("setitem", "setitem", torch="operator.setitem(x: x, index: index, value: value)",
         keras=["adapters.setitem(x: x, key: value_key(index), value: value)",
                "= adapters.setitem(x, np.s_[index], value)"],
         note="Gives the changed tensor; the statement assigns it to the name.")

function("index_put", "any",
         torch=["torch.index_put(input: x, indices: indices, values: value, accumulate: False = False)",
                "Tensor.index_put(self: x, indices: indices, values: value, accumulate: False = False)",
                "Tensor.index_put_(self: x, indices: indices, values: value, accumulate: False = False)"],
         keras="= adapters.setitem(x, tuple(indices), value)")

# One index per element.
function("gather", "any",
         torch=["torch.gather(input: x, dim: axis, index: index, *, sparse_grad: _ = False)",
                "Tensor.gather(self: x, dim: axis, index: index, *, sparse_grad: _ = False)"],
         keras=["ops.take_along_axis(x: x, indices: same_sides(index, x, axis), axis: axis = None)",
                "adapters.gather(x: x, axis: axis, index: index)"])
function("take_along_dim", "any",
         torch=["torch.take_along_dim(input: x, indices: index, dim: axis = None)",
                "Tensor.take_along_dim(self: x, indices: index, dim: axis = None)"],
         keras=["= ops.take(x, index) | axis=None", "ops.take_along_axis(x: x, indices: index, axis: axis = None)"])
function("scatter", "any",
         torch=["torch.scatter(input: x, dim: axis, index: index, src: source)",
                "torch.scatter(input: x, dim: axis, index: index, value: source)",
                "Tensor.scatter(self: x, dim: axis, index: index, src: source)",
                "Tensor.scatter(self: x, dim: axis, index: index, value: source)",
                "Tensor.scatter_(self: x, dim: axis, index: index, src: source)",
                "Tensor.scatter_(self: x, dim: axis, index: index, value: source)"],
         keras="adapters.scatter(x: x, axis: axis, index: index, source: source)")
function("scatter_add", "any",
         torch=["torch.scatter_add(input: x, dim: axis, index: index, src: source)",
                "Tensor.scatter_add(self: x, dim: axis, index: index, src: source)",
                "Tensor.scatter_add_(self: x, dim: axis, index: index, src: source)"],
         keras="adapters.scatter_add(x: x, axis: axis, index: index, source: source)")
function("scatter_reduce", "any",
         torch=["torch.scatter_reduce(input: x, dim: axis, index: index, src: source, reduce: reduce, *, "
                "include_self: include_self = True)",
                "Tensor.scatter_reduce(self: x, dim: axis, index: index, src: source, reduce: reduce, *, "
                "include_self: include_self = True)",
                "Tensor.scatter_reduce_(self: x, dim: axis, index: index, src: source, reduce: reduce, *, "
                "include_self: include_self = True)"],
         keras="adapters.scatter_reduce(x: x, axis: axis, index: index, source: source, reduce: reduce, "
               "include_self: include_self = True)")

# One index per slice of an axis.
function("index_select", "axis axis",
         torch=["torch.index_select(input: x, dim: axis, index: index)",
                "Tensor.index_select(self: x, dim: axis, index: index)"],
         keras="ops.take(x: x, indices: index, axis: axis)", from_keras=[],
         tensorflow="tf.gather(params: x, indices: index, *, axis: axis)", from_tensorflow=[])
function("take_along", "any", keras="ops.take(x: x, indices: index, axis: axis = None)",
         from_tensorflow="tf.gather(params: x, indices: index, *, axis: axis)",
         note="an axis gets the axes of the index in its place")
function("index_add", "any",
         torch=["torch.index_add(input: x, dim: axis, index: index, source: source, *, alpha: alpha = 1)",
                "Tensor.index_add(self: x, dim: axis, index: index, source: source, *, alpha: alpha = 1)",
                "Tensor.index_add_(self: x, dim: axis, index: index, source: source, *, alpha: alpha = 1)"],
         keras="adapters.index_add(x: x, axis: axis, index: index, source: source, alpha: alpha = 1)")
function("index_copy", "any",
         torch=["torch.index_copy(input: x, dim: axis, index: index, source: source)",
                "Tensor.index_copy(self: x, dim: axis, index: index, source: source)",
                "Tensor.index_copy_(self: x, dim: axis, index: index, source: source)"],
         keras="adapters.index_copy(x: x, axis: axis, index: index, source: source)")
function("index_fill", "any",
         torch=["torch.index_fill(input: x, dim: axis, index: index, value: value)",
                "Tensor.index_fill(self: x, dim: axis, index: index, value: value)",
                "Tensor.index_fill_(self: x, dim: axis, index: index, value: value)"],
         keras="adapters.index_fill(x: x, axis: axis, index: index, value: value)")
function("take", "any", torch=["torch.take(input: x, index: index)", "Tensor.take(self: x, index: index)"],
         keras="ops.take(x: x, indices: index)")

# Masks and searching.
function("masked_select", "any", note="The size of the result depends on the data: not possible under XLA.",
         torch=["torch.masked_select(input: x, mask: mask)", "Tensor.masked_select(self: x, mask: mask)"],
         keras="adapters.masked_select(x: x, mask: mask)")
function("masked_scatter", "any",
         torch=["torch.masked_scatter(input: x, mask: mask, source: source)",
                "Tensor.masked_scatter(self: x, mask: mask, source: source)",
                "Tensor.masked_scatter_(self: x, mask: mask, source: source)"],
         keras="adapters.masked_scatter(x: x, mask: mask, source: source)")
function("nonzero", "any", note="The size of the result depends on the data: not possible under XLA.",
         torch=["torch.nonzero(input: x)", "torch.argwhere(input: x)", "Tensor.nonzero(self: x)",
                "Tensor.argwhere(self: x)",
                "torch.nonzero(input: x, *, as_tuple: False)", "Tensor.nonzero(self: x, *, as_tuple: False)"],
         keras="= ops.stack(ops.nonzero(x), axis=-1)", tensorflow="= tf.where(x)")
function("nonzero_tuple", "any", note="The size of the result depends on the data: not possible under XLA.",
         torch=["torch.nonzero(input: x, *, as_tuple: True)", "Tensor.nonzero(self: x, *, as_tuple: True)",
                "torch.where(condition: x)"],
         keras="= tuple(ops.nonzero(x))")
function("searchsorted", "any",
         torch=["torch.searchsorted(sorted_sequence: bounds, input: x, *, out_int32: _ = False, right: right = False, "
                "side: None = None, sorter: None = None)",
                "torch.searchsorted(sorted_sequence: bounds, input: x, *, out_int32: _ = False, "
                "side: right_side(right), sorter: None = None)",
                "torch.bucketize(input: x, boundaries: bounds, *, out_int32: _ = False, right: right = False)"],
         keras="ops.searchsorted(sorted_sequence: bounds, values: x, side: right_side(right) = 'left')",
         tensorflow="tf.searchsorted(sorted_sequence: bounds, values: x, side: right_side(right) = 'left')")
function("one_hot", "any",
         torch="F.one_hot(tensor: x, num_classes: class_count(classes) = -1)",
         keras="ops.one_hot(x: x, num_classes: classes, dtype: 'int64' = None)",
         tensorflow="tf.one_hot(indices: x, depth: classes, dtype: 'int64' = None)")
function("isin", "any",
         torch="torch.isin(elements: x, test_elements: y, *, assume_unique: _ = False, invert: invert = False)",
         keras="ops.isin(x1: x, x2: y, invert: invert = False)")
