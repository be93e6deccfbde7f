"""Fractional part."""

from keras import ops


def frac(x):
    """The part of `x` behind the point, with the sign of `x`."""
    return x - ops.trunc(x)
