"""Variance with a correction of the degrees of freedom."""

from keras import ops

from tensorglot.frameworks.keras.adapters.element_count import element_count


def var(x, axis=None, keepdims=False, correction=1):
    """Sum of squared deviations from the mean over (number of elements - correction)."""
    count = ops.cast(element_count(x, axis), x.dtype)
    deviation = x - ops.mean(x, axis=axis, keepdims=True)
    return ops.sum(ops.square(deviation), axis=axis, keepdims=keepdims) / ops.maximum(count - correction, 0)
