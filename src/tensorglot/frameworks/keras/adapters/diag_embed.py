"""Diagonal matrices."""

from keras import ops


def diag_embed(x):
    """Matrices with the last axis of `x` on their diagonal."""
    eye = ops.eye(ops.shape(x)[-1], dtype="bool")
    return ops.where(eye, ops.expand_dims(x, -1), ops.zeros((), dtype=x.dtype))
