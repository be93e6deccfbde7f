"""Writes slices of an axis."""

from tensorglot.frameworks.keras.adapters.index_update import index_update


def index_copy(x, axis, index, source):
    """A copy of `x` with the slices of `source` at the slices `index` of `axis`."""
    return index_update(x, axis, index, source)
