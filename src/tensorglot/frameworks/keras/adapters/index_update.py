"""Combines slices of an axis."""

from keras import ops


def index_update(x, axis, index, source, reduction=None):
    """A copy of `x` with the slices of `source` written (or, by `reduction`, added) to the slices `index` of `axis`."""
    source = ops.moveaxis(ops.cast(source, x.dtype), axis, 0)
    index = ops.expand_dims(ops.cast(index, "int32"), -1)
    return ops.moveaxis(ops.scatter_update(ops.moveaxis(x, axis, 0), index, source, reduction=reduction), 0, axis)
