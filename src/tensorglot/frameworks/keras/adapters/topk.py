"""The k largest or smallest elements."""

from keras import ops

from tensorglot.frameworks.keras.adapters.ValuesAndIndices import ValuesAndIndices


def topk(x, k, axis=-1, largest=True, sorted=True):
    """The `k` largest (or smallest) elements along `axis`, best first, and their indices."""
    last = ops.moveaxis(x, axis, -1)
    values, indices = ops.top_k(last if largest else -last, k, sorted=sorted)
    values = values if largest else -values
    return ValuesAndIndices(ops.moveaxis(values, -1, axis), ops.moveaxis(indices, -1, axis))
