"""Randomised leaky rectifier."""

import keras
from keras import ops


def random_relu(x, lower=0.125, upper=1 / 3, training=False):
    """Slope for negative values: drawn from [lower, upper] per element in training, else their mean."""
    slope = (lower + upper) / 2
    if training:
        slope = keras.random.uniform(ops.shape(x), lower, upper, dtype=x.dtype)
    return ops.where(x < 0, x * slope, x)
