"""Running maximum."""

from keras import ops

from tensorglot.frameworks.keras.adapters.cumulative_extremum import cumulative_extremum


def cummax(x, axis):
    """Running maximum along `axis` and the index of its last occurrence."""
    return cumulative_extremum(x, axis, ops.greater_equal)
