"""Linear interpolation."""

from keras import ops


def lerp(x, y, weight):
    """x + weight (y - x); `weight` is a number or a tensor."""
    return ops.subtract(x, ops.multiply(weight, ops.subtract(x, y)))
