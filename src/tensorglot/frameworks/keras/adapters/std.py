"""Standard deviation with a correction of the degrees of freedom."""

from keras import ops

from tensorglot.frameworks.keras.adapters.var import var


def std(x, axis=None, keepdims=False, correction=1):
    """Square root of the sum of squared deviations from the mean over (number of elements - correction)."""
    return ops.sqrt(var(x, axis, keepdims, correction))
