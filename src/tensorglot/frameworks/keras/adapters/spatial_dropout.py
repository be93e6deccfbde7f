"""Dropout of whole channels as a function."""

import keras
from keras import ops


def spatial_dropout(x, rate=0.5, training=True):
    """Zeroes channels of `x` (N, S..., C) with probability `rate` and scales the others up, in training."""
    if not training or not rate:
        return x
    shape = ops.shape(x)
    return keras.random.dropout(x, rate, noise_shape=(shape[0], *(1,) * (len(shape) - 2), shape[-1]))
