"""Overlapping windows of an axis."""

from keras import ops


def sliding_windows(x, axis, size, step):
    """Windows of `size` elements every `step` along `axis`: the axis counts windows, a new last axis their elements."""
    axis = axis % len(x.shape)
    starts = ops.arange(0, ops.shape(x)[axis] - size + 1, step)
    windows = ops.take(x, ops.expand_dims(starts, 1) + ops.arange(size), axis=axis)
    return ops.moveaxis(windows, axis + 1, -1)
