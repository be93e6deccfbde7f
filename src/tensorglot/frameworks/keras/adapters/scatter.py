"""Writes one element per index."""

from keras import ops

from tensorglot.frameworks.keras.adapters.scatter_positions import scatter_positions
from tensorglot.frameworks.keras.adapters.scatter_source import scatter_source


def scatter(x, axis, index, source):
    """A copy of `x` with the elements of `source` (or a number) at `index` along `axis`."""
    return ops.scatter_update(x, scatter_positions(axis, index), scatter_source(source, index, x.dtype))
