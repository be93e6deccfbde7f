"""Normally distributed numbers."""

import keras
from keras import ops


def normal_like(x, mean=0, std=1):
    """Normally distributed numbers of the shape and dtype of `x`."""
    return keras.random.normal(ops.shape(x), mean, std, dtype=x.dtype)
