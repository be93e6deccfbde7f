"""Magnitude of one tensor with the sign of another."""

from keras import ops


def copysign(x, y):
    """|x| with the sign of `y`; the sign of -0.0 counts."""
    size = ops.abs(x)
    return ops.where(ops.signbit(y), -size, size)
