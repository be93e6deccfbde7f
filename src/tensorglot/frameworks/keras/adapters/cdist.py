"""Distances of all pairs of rows."""

from keras import ops

from tensorglot.frameworks.keras.adapters.vector_norm import vector_norm


def cdist(x, y, order=2.0):
    """(..., m, n) distances of the rows of `x` (..., m, d) and `y` (..., n, d)."""
    return vector_norm(ops.expand_dims(x, -2) - ops.expand_dims(y, -3), order, axis=-1)
