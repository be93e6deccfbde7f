"""Exponentially distributed numbers."""

import keras
from keras import ops


def exponential_like(x, rate=1):
    """Exponentially distributed numbers of the given rate, of the shape and dtype of `x`."""
    return -ops.log(1 - keras.random.uniform(ops.shape(x), dtype=x.dtype)) / rate
