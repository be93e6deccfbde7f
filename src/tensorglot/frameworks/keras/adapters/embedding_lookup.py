"""Rows of a table, one of which is not trained."""

from keras import ops


def embedding_lookup(x, weight, padding_idx=None):
    """Rows `x` of `weight`; the row `padding_idx` gets no gradient."""
    rows = ops.take(weight, x, axis=0)
    if padding_idx is None:
        return rows
    if padding_idx < 0:
        padding_idx += ops.shape(weight)[0]
    padding = ops.expand_dims(ops.equal(x, padding_idx), -1)
    return ops.where(padding, ops.stop_gradient(rows), rows)
