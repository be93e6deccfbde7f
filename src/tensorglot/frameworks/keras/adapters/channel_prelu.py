"""Leaky rectifier with given slopes."""

from keras import ops


def channel_prelu(x, weight):
    """`weight` holds one slope, or one for each channel of `x` (..., C)."""
    return ops.where(x > 0, x, x * weight)
