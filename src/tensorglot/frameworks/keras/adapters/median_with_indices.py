"""Median along an axis."""

from keras import ops

from tensorglot.frameworks.keras.adapters.kthvalue import kthvalue


def median_with_indices(x, axis=-1, keepdims=False):
    """The middle elements along `axis` (of two, the lower) and their indices."""
    return kthvalue(x, (ops.shape(x)[axis] + 1) // 2, axis, keepdims)
