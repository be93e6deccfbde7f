"""Minimum along an axis and where it is."""

from keras import ops

from tensorglot.frameworks.keras.adapters.pick import pick


def min_with_indices(x, axis, keepdims=False):
    """Smallest values along `axis` and their indices."""
    return pick(x, ops.argmin(x, axis=axis, keepdims=True), axis, keepdims)
