"""Interleaves groups of channels."""

from keras import ops


def channel_shuffle(x, groups):
    """(..., (g c)) to (..., (c g))."""
    shape = ops.shape(x)
    x = ops.reshape(x, (*shape[:-1], groups, shape[-1] // groups))
    return ops.reshape(ops.swapaxes(x, -1, -2), shape)
