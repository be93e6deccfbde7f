"""Median of all elements."""

from keras import ops

from tensorglot.frameworks.keras.adapters.element_count import element_count


def median(x):
    """The middle element of `x`; of two, the lower."""
    return ops.take(ops.sort(ops.ravel(x)), (element_count(x) - 1) // 2)
