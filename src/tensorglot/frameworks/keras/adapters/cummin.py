"""Running minimum."""

from keras import ops

from tensorglot.frameworks.keras.adapters.cumulative_extremum import cumulative_extremum


def cummin(x, axis):
    """Running minimum along `axis` and the index of its last occurrence."""
    return cumulative_extremum(x, axis, ops.less_equal)
