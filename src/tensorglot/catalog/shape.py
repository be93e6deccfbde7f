"""Functions that move, split, join or repeat elements without computing on them."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

# Reshaping.
function("reshape", "reshape shape",
         torch=["Tensor.reshape(self: x, *shape: sizes(shape))", "torch.reshape(input: x, shape: shape)",
                "Tensor.view(self: x, *size: sizes(shape))"],
         keras="ops.reshape(x: x, newshape: shape)", tensorflow="tf.reshape(tensor: x, shape: shape)")
function("reshape_as", "reshape y",
         torch=["Tensor.view_as(self: x, other: y)", "Tensor.reshape_as(self: x, other: y)"],
         keras="= ops.reshape(x, ops.shape(y))", tensorflow="= tf.reshape(x, tf.shape(y))")
function("flatten", "flatten start end",
         torch=["torch.flatten(input: x, start_dim: start = 0, end_dim: end = -1)",
                "Tensor.flatten(self: x, start_dim: start = 0, end_dim: end = -1)"],
         keras=["ops.ravel(x: x) | start=0, end=-1",
                "= ops.reshape(x, (-1, math.prod(x.shape[1:]))) | start=1, end=-1",
                "adapters.flatten_axes(x: x, start_axis: start = 0, end_axis: end = -1)"],
         tensorflow=["= tf.reshape(x, [-1]) | start=0, end=-1",
                     "= tf.reshape(x, (-1, math.prod(x.shape[1:]))) | start=1, end=-1",
                     "adapters.flatten_axes(x: x, start_axis: start = 0, end_axis: end = -1)"])
function("ravel", "flatten start end",
         torch=["torch.ravel(input: x) | start=0, end=-1", "Tensor.ravel(self: x) | start=0, end=-1"],
         keras="ops.ravel(x: x) | start=0, end=-1", tensorflow="= tf.reshape(x, [-1]) | start=0, end=-1")
function("unflatten", "unflatten axis shape",
         torch=["torch.unflatten(input: x, dim: axis, sizes: shape)",
                "Tensor.unflatten(self: x, dim: axis, sizes: shape)"],
         keras="adapters.unflatten_axis(x: x, axis: axis, shape: shape)")
function("squeeze", "squeeze axis",
         torch=["torch.squeeze(input: x) | axis=None", "torch.squeeze(input: x, dim: axis)",
                "Tensor.squeeze(self: x) | axis=None", "Tensor.squeeze(self: x, dim: axis)",
                "Tensor.squeeze_(self: x) | axis=None", "Tensor.squeeze_(self: x, dim: axis)"],
         keras="ops.squeeze(x: x, axis: axis = None)", tensorflow="tf.squeeze(input: x, axis: axis = None)",
         note="An axis whose size is not 1 raises in the target; the source leaves it alone.")
function("unsqueeze", "unsqueeze axis",
         torch=["torch.unsqueeze(input: x, dim: axis)", "Tensor.unsqueeze(self: x, dim: axis)",
                "Tensor.unsqueeze_(self: x, dim: axis)"],
         keras="ops.expand_dims(x: x, axis: axis)", tensorflow="tf.expand_dims(input: x, axis: axis)")
for _n in (1, 2, 3):
    function(f"atleast_{_n}d", "any", torch=f"torch.atleast_{_n}d(*tensors: only(x))",
             keras=f"adapters.atleast(x: x, rank: {_n})")

# Order of axes.
function("permute", "permute axes",
         torch=["Tensor.permute(self: x, *dims: sizes(axes))", "torch.permute(input: x, dims: axes)"],
         keras="ops.transpose(x: x, axes: permutation(axes) = None)",
         tensorflow="tf.transpose(a: x, perm: permutation(axes) = None)")
function("transpose", "transpose axis1 axis2",
         torch=["Tensor.transpose(self: x, dim0: axis1, dim1: axis2)",
                "torch.transpose(input: x, dim0: axis1, dim1: axis2)",
                "torch.swapaxes(input: x, axis0: axis1, axis1: axis2)",
                "Tensor.swapaxes(self: x, axis0: axis1, axis1: axis2)",
                "torch.swapdims(input: x, dim0: axis1, dim1: axis2)",
                "Tensor.swapdims(self: x, dim0: axis1, dim1: axis2)",
                "Tensor.transpose_(self: x, dim0: axis1, dim1: axis2)",
                "Tensor.mT | axis1=-2, axis2=-1"],
         keras="ops.swapaxes(x: x, axis1: axis1, axis2: axis2)",
         tensorflow=["= tf.linalg.matrix_transpose(x) | axis1=-2, axis2=-1",
                     "= tf.linalg.matrix_transpose(x) | axis1=-1, axis2=-2",
                     "ops.swapaxes(x: x, axis1: axis1, axis2: axis2)"])
function("transpose_all", "permute axes",
         torch=["Tensor.T | axes=None", "Tensor.t(self: x) | axes=None", "torch.t(input: x) | axes=None"],
         keras="ops.transpose(x: x, axes: axes = None)", tensorflow="tf.transpose(a: x, perm: axes = None)")
function("adjoint", "transpose axis1 axis2",
         torch=["Tensor.mH | axis1=-2, axis2=-1", "Tensor.H | axis1=-2, axis2=-1",
                "torch.adjoint(input: x) | axis1=-2, axis2=-1",
                "Tensor.adjoint(self: x) | axis1=-2, axis2=-1"],
         keras="= ops.conj(ops.swapaxes(x, axis1, axis2))", tensorflow="= tf.linalg.adjoint(x) | axis1=-2, axis2=-1")
function("movedim", "any",
         torch=["torch.movedim(input: x, source: source, destination: destination)",
                "Tensor.movedim(self: x, source: source, destination: destination)",
                "torch.moveaxis(input: x, source: source, destination: destination)",
                "Tensor.moveaxis(self: x, source: source, destination: destination)"],
         keras="ops.moveaxis(x: x, source: source, destination: destination)")
function("flip", "axis axis",
         torch=["torch.flip(input: x, dims: axis)", "Tensor.flip(self: x, *dims: sizes(axis))"],
         keras="ops.flip(x: x, axis: axis = None)", tensorflow="tf.reverse(tensor: x, axis: axis)")
function("fliplr", "axis axis", torch=["torch.fliplr(input: x) | axis=1", "Tensor.fliplr(self: x) | axis=1"],
         keras="ops.flip(x: x, axis: axis = None)", tensorflow="= tf.reverse(x, [axis])")
function("flipud", "axis axis", torch=["torch.flipud(input: x) | axis=0", "Tensor.flipud(self: x) | axis=0"],
         keras="ops.flip(x: x, axis: axis = None)", tensorflow="= tf.reverse(x, [axis])")
function("rot90", "any",
         torch=["torch.rot90(input: x, k: k = 1, dims: axes = (0, 1))",
                "Tensor.rot90(self: x, k: k = 1, dims: axes = (0, 1))"],
         keras="ops.rot90(array: x, k: k = 1, axes: axes = (0, 1))")
function("roll", "axis axis",
         torch=["torch.roll(input: x, shifts: shift, dims: axis = ())",
                "Tensor.roll(self: x, shifts: shift, dims: axis = ())"],
         keras=["ops.roll(x: x, shift: shift) | axis=()", "ops.roll(x: x, shift: shift, axis: axis)"],
         tensorflow=["ops.roll(x: x, shift: shift) | axis=()", "tf.roll(input: x, shift: shift, axis: axis)"])

# Repeating.
function("expand", "expand shape",
         torch=["Tensor.expand(self: x, *size: sizes(shape), implicit: _ = False)"],
         keras=["ops.broadcast_to(x: x, shape: full_shape(shape))", "adapters.expand(x: x, shape: shape)"],
         tensorflow=["tf.broadcast_to(input: x, shape: full_shape(shape))", "adapters.expand(x: x, shape: shape)"])
function("broadcast_to", "expand shape",
         torch=["torch.broadcast_to(input: x, size: shape)", "Tensor.broadcast_to(self: x, size: shape)"],
         keras=["ops.broadcast_to(x: x, shape: full_shape(shape))", "adapters.expand(x: x, shape: shape)"],
         tensorflow=["tf.broadcast_to(input: x, shape: full_shape(shape))", "adapters.expand(x: x, shape: shape)"])
function("expand_as", "expand y", torch="Tensor.expand_as(self: x, other: y)",
         keras="= ops.broadcast_to(x, ops.shape(y))", tensorflow="= tf.broadcast_to(x, tf.shape(y))")
function("broadcast_tensors", "elementwise", torch="torch.broadcast_tensors(*tensors: tensors(xs))",
         keras="adapters.broadcast_tensors(*xs: xs)")
function("repeat", "tile repeats", torch="Tensor.repeat(self: x, *repeats: sizes(repeats))",
         keras="ops.tile(x: x, repeats: repeats)")
function("tile", "tile repeats",
         torch=["torch.tile(input: x, dims: repeats)", "Tensor.tile(self: x, *dims: sizes(repeats))"],
         keras="ops.tile(x: x, repeats: repeats)")
function("repeat_interleave", "axis axis",
         torch=["torch.repeat_interleave(input: x, repeats: repeats, dim: axis = None, *, output_size: _ = None)",
                "Tensor.repeat_interleave(self: x, repeats: repeats, dim: axis = None, *, output_size: _ = None)"],
         keras="ops.repeat(x: x, repeats: repeats, axis: axis = None)",
         tensorflow="tf.repeat(input: x, repeats: repeats, axis: axis = None)")

# Joining and splitting.
function("concatenate", "cat axis",
         torch=["torch.cat(tensors: xs, dim: axis = 0)", "torch.concat(tensors: xs, dim: axis = 0)",
                "torch.concatenate(tensors: xs, dim: axis = 0)"],
         keras="ops.concatenate(xs: xs, axis: axis = 0)", tensorflow="tf.concat(values: xs, axis: axis)",
         from_keras=["ops.concatenate(xs: xs, axis: axis = 0)",
                     "layers.concatenate(inputs: xs, axis: axis = -1, *, name: label = None, dtype: layer_dtype = None)"])
function("stack", "stack axis", torch="torch.stack(tensors: xs, dim: axis = 0)",
         keras="ops.stack(x: xs, axis: axis = 0)", tensorflow="tf.stack(values: xs, axis: axis = 0)")
function("hstack", "any", torch=["torch.hstack(tensors: xs)", "torch.column_stack(tensors: xs)"],
         keras="ops.hstack(xs: xs)")
function("vstack", "any", torch=["torch.vstack(tensors: xs)", "torch.row_stack(tensors: xs)"],
         keras="ops.vstack(xs: xs)")
function("dstack", "any", torch="torch.dstack(tensors: xs)", keras="ops.dstack(xs: xs)")
function("split_sizes", "split axis",
         torch=["torch.split(tensor: x, split_size_or_sections: is_sequence(parts), dim: axis = 0)",
                "Tensor.split(self: x, split_size: is_sequence(parts), dim: axis = 0)",
                "torch.split_with_sizes(input: x, split_sizes: parts, dim: axis = 0)",
                "Tensor.split_with_sizes(self: x, split_sizes: parts, dim: axis = 0)"],
         keras=["ops.split(x: x, indices_or_sections: split_points(parts), axis: axis = 0)",
                "adapters.split_sizes(x: x, parts: parts, axis: axis = 0)"],
         tensorflow="tf.split(value: x, num_or_size_splits: parts, axis: axis = 0)", from_keras=[],
         from_tensorflow="tf.split(value: x, num_or_size_splits: is_sequence(parts), axis: axis = 0)")
function("split", "split axis",
         torch=["torch.split(tensor: x, split_size_or_sections: is_number(size), dim: axis = 0)",
                "Tensor.split(self: x, split_size: is_number(size), dim: axis = 0)"],
         keras="adapters.split(x: x, size: size, axis: axis = 0)")
function("chunk", "split axis",
         torch=["torch.chunk(input: x, chunks: chunks, dim: axis = 0)",
                "Tensor.chunk(self: x, chunks: chunks, dim: axis = 0)"],
         keras=["ops.split(x: x, indices_or_sections: even(chunks), axis: axis = 0)",
                "adapters.chunk(x: x, chunks: chunks, axis: axis = 0)"],
         tensorflow=["tf.split(value: x, num_or_size_splits: even(chunks), axis: axis = 0)",
                     "adapters.chunk(x: x, chunks: chunks, axis: axis = 0)"], from_keras=[],
         from_tensorflow="tf.split(value: x, num_or_size_splits: is_number(chunks), axis: axis = 0)",
         note="Where all parts had one size in the examples, sizes that are no multiple of their number raise in the target.")
function("tensor_split", "split axis",
         torch=["torch.tensor_split(input: x, sections: is_number(sections), dim: axis = 0)",
                "Tensor.tensor_split(self: x, sections: is_number(sections), dim: axis = 0)",
                "torch.tensor_split(input: x, indices: sections, dim: axis = 0)",
                "Tensor.tensor_split(self: x, indices: sections, dim: axis = 0)"],
         keras=["ops.array_split(x: x, indices_or_sections: is_number(sections), axis: axis = 0)",
                "ops.split(x: x, indices_or_sections: sections, axis: axis = 0)"])
function("unbind", "unbind axis",
         torch=["torch.unbind(input: x, dim: axis = 0)", "Tensor.unbind(self: x, dim: axis = 0)"],
         keras="ops.unstack(x: x, axis: axis = 0)", tensorflow="tf.unstack(value: x, axis: axis = 0)")
function("narrow", "axis axis",
         torch=["torch.narrow(input: x, dim: axis, start: start, length: length)",
                "Tensor.narrow(self: x, dim: axis, start: start, length: length)"],
         keras="adapters.narrow(x: x, axis: axis, start: start, length: length)")
function("select", "select axis",
         torch=["torch.select(input: x, dim: axis, index: index)", "Tensor.select(self: x, dim: axis, index: index)"],
         keras="ops.take(x: x, indices: index, axis: axis)",
         from_keras="ops.take(x: x, indices: is_number(index), axis: axis)")
function("sliding_windows", "any", torch="Tensor.unfold(self: x, dimension: axis, size: size, step: step)",
         keras="adapters.sliding_windows(x: x, axis: axis, size: size, step: step)")

# Diagonals and triangles.
for _name in ("tril", "triu"):
    function(_name, "any",
             torch=[f"torch.{_name}(input: x, diagonal: diagonal = 0)",
                    f"Tensor.{_name}(self: x, diagonal: diagonal = 0)",
                                  f"Tensor.{_name}_(self: x, diagonal: diagonal = 0)"],
             keras=f"ops.{_name}(x: x, k: diagonal = 0)")
function("diag", "any",
         torch=["torch.diag(input: x, diagonal: diagonal = 0)", "Tensor.diag(self: x, diagonal: diagonal = 0)"],
         keras="ops.diag(x: x, k: diagonal = 0)")
function("diagflat", "any",
         torch=["torch.diagflat(input: x, offset: diagonal = 0)", "Tensor.diagflat(self: x, offset: diagonal = 0)"],
         keras="ops.diagflat(x: x, k: diagonal = 0)")
function("diagonal", "any",
         torch=["torch.diagonal(input: x, offset: offset = 0, dim1: axis1 = 0, dim2: axis2 = 1)",
                "Tensor.diagonal(self: x, offset: offset = 0, dim1: axis1 = 0, dim2: axis2 = 1)",
                "torch.linalg.diagonal(A: x, *, offset: offset = 0, dim1: axis1 = -2, dim2: axis2 = -1)"],
         keras="ops.diagonal(x: x, offset: offset = 0, axis1: axis1 = 0, axis2: axis2 = 1)")
function("diag_embed", "any",
         torch=["torch.diag_embed(input: x, offset: 0 = 0, dim1: -2 = -2, dim2: -1 = -1)",
                "Tensor.diag_embed(self: x, offset: 0 = 0, dim1: -2 = -2, dim2: -1 = -1)"],
         keras="adapters.diag_embed(x: x)", tensorflow="tf.linalg.diag(diagonal: x)")

# Asking the shape.
function("shape", "shape", torch=["Tensor.shape", "Tensor.size(self: x)"], keras="ops.shape(x: x)",
         from_keras=["ops.shape(x: x)", "Tensor.shape"], from_tensorflow="tf.shape(input: x)")
function("size", "size axis", torch="Tensor.size(self: x, dim: axis)", keras="= ops.shape(x)[axis]")
function("rank", "host", torch=["Tensor.ndim", "Tensor.dim(self: x)", "Tensor.ndimension(self: x)"],
         keras="= len(x.shape)", from_keras=["ops.ndim(x: x)", "Tensor.ndim"], from_tensorflow="tf.rank(input: x)")
function("element_count", "host", torch=["Tensor.numel(self: x)", "Tensor.nelement(self: x)", "torch.numel(self: x)"],
         keras="= math.prod(ops.shape(x))")

# Grids.
function("meshgrid", "any",
         torch="torch.meshgrid(*tensors: tensors(xs), indexing: grid_indexing(indexing) = None)",
         keras="ops.meshgrid(*x: xs, indexing: indexing = 'xy')",
         tensorflow="tf.meshgrid(*args: xs, indexing: indexing = 'xy')")
function("cartesian_prod", "any", torch="torch.cartesian_prod(*tensors: tensors(xs))", keras="adapters.cartesian_prod(*xs: xs)")
function("broadcast_shapes", "host", torch="torch.broadcast_shapes(*shapes: shapes)",
         keras="adapters.broadcast_shapes(*shapes: shapes)")
