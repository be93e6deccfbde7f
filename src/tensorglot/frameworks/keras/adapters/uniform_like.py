"""Uniformly distributed numbers."""

import keras
from keras import ops


def uniform_like(x, low, high):
    """Uniformly distributed numbers in [low, high) of the shape and dtype of `x`."""
    return keras.random.uniform(ops.shape(x), low, high, dtype=x.dtype)
