"""Random zeros and ones."""

import keras
from keras import ops


def bernoulli(x):
    """1 with probability `x`, else 0, element by element."""
    return ops.cast(keras.random.uniform(ops.shape(x), dtype=x.dtype) < x, x.dtype)
