"""Dropout as a function."""

import keras


def dropout(x, rate=0.5, training=True):
    """Zeroes elements of `x` with probability `rate` and scales the others up, in training."""
    return keras.random.dropout(x, rate) if training and rate else x
