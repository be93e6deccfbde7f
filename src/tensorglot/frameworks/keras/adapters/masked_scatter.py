"""Fills a mask from a list of values."""

from keras import ops


def masked_scatter(x, mask, source):
    """A copy of `x` with the elements of `source`, in order, where `mask` is True."""
    mask = ops.broadcast_to(mask, ops.shape(x))
    rank = ops.cumsum(ops.cast(ops.ravel(mask), "int32"), axis=0) - 1
    values = ops.take(ops.ravel(source), ops.maximum(ops.reshape(rank, ops.shape(x)), 0))
    return ops.where(mask, values, x)
