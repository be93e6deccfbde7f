"""Fills slices of an axis."""

from keras import ops

from tensorglot.frameworks.keras.adapters.index_update import index_update


def index_fill(x, axis, index, value):
    """A copy of `x` with `value` in the slices `index` of `axis`."""
    source = ops.full_like(ops.take(x, index, axis=axis), ops.cast(value, x.dtype))
    return index_update(x, axis, index, source)
