"""Windows made of one cosine."""

import math

import keras
from keras import ops


def cosine_window(length, alpha, periodic=True, dtype=None):
    """alpha - (1 - alpha) cos(2 pi n / (length - 1)), or over `length` where `periodic`."""
    dtype = dtype or keras.config.floatx()
    steps = ops.cast(ops.arange(length), dtype)
    period = length if periodic else max(length - 1, 1)
    return alpha - (1 - alpha) * ops.cos(2 * math.pi * steps / period)
