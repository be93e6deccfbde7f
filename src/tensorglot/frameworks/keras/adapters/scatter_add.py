"""Adds one element per index."""

from keras import ops

from tensorglot.frameworks.keras.adapters.scatter_positions import scatter_positions
from tensorglot.frameworks.keras.adapters.scatter_source import scatter_source


def scatter_add(x, axis, index, source):
    """`x` plus the elements of `source` at `index` along `axis`; repeated indices add up."""
    positions, values = scatter_positions(axis, index), scatter_source(source, index, x.dtype)
    return ops.scatter_update(x, positions, values, reduction="add")
