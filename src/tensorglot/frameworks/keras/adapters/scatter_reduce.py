"""Combines one element per index."""

from keras import ops

from tensorglot.frameworks.keras.adapters.scatter_positions import scatter_positions
from tensorglot.frameworks.keras.adapters.scatter_source import scatter_source


def scatter_reduce(x, axis, index, source, reduce, include_self=True):
    """Combines the elements of `source` that `index` sends to one element of `x` along `axis`.

    `reduce` is sum, prod, mean, amax or amin; without `include_self` the old value counts only where none was sent.
    """
    positions = scatter_positions(axis, index)
    values = scatter_source(source, index, x.dtype)
    counts = ops.scatter_update(ops.zeros_like(x), positions, ops.ones_like(values), reduction="add")
    start = x
    if not include_self:
        neutral = {"sum": 0.0, "mean": 0.0, "prod": 1.0, "amax": -float("inf"), "amin": float("inf")}[reduce]
        start = ops.where(counts > 0, ops.full_like(x, neutral), x)
    combine = {"sum": "add", "mean": "add", "prod": "mul", "amax": "max", "amin": "min"}[reduce]
    result = ops.scatter_update(start, positions, values, reduction=combine)
    if reduce == "mean":
        result = result / ops.maximum(counts + (1 if include_self else 0), 1)
    return result
