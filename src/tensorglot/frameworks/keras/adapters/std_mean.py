"""Standard deviation and mean."""

from keras import ops

from tensorglot.frameworks.keras.adapters.std import std


def std_mean(x, axis=None, keepdims=False, correction=1):
    """The corrected standard deviation and the mean over `axis`."""
    return std(x, axis, keepdims, correction), ops.mean(x, axis=axis, keepdims=keepdims)
