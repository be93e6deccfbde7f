"""Normally distributed numbers around tensors."""

import keras
from keras import ops


def normal(mean, std=1):
    """Normally distributed numbers, one per element of `mean` and `std` (broadcast)."""
    like = ops.add(mean, ops.multiply(std, 0))
    return mean + std * keras.random.normal(ops.shape(like), dtype=like.dtype)
