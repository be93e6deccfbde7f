"""Adds slices of an axis."""

from tensorglot.frameworks.keras.adapters.index_update import index_update


def index_add(x, axis, index, source, alpha=1):
    """`x` plus `alpha` times the slices of `source` at the slices `index` of `axis`; repeated indices add up."""
    return index_update(x, axis, index, source * alpha, "add")
