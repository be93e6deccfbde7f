"""Variance and mean."""

from keras import ops

from tensorglot.frameworks.keras.adapters.var import var


def var_mean(x, axis=None, keepdims=False, correction=1):
    """The corrected variance and the mean over `axis`."""
    return var(x, axis, keepdims, correction), ops.mean(x, axis=axis, keepdims=keepdims)
