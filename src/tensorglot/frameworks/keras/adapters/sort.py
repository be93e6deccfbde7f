"""Sorted elements and where they were."""

from keras import ops

from tensorglot.frameworks.keras.adapters.argsort import argsort
from tensorglot.frameworks.keras.adapters.ValuesAndIndices import ValuesAndIndices


def sort(x, axis=-1, descending=False):
    """`x` sorted along `axis`, and the indices that sort it; equal elements keep their order."""
    indices = argsort(x, axis, descending)
    return ValuesAndIndices(ops.take_along_axis(x, indices, axis=axis), indices)
