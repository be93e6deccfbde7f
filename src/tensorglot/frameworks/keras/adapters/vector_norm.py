"""Norms of vectors."""

from keras import ops


def vector_norm(x, order=2, axis=None, keepdims=False):
    """The norm of `x` along `axis` (None: all elements): 2 or 'fro', 1, 0, inf, -inf or any other power.

    The 2-norm has a zero gradient at zero.
    """
    size = ops.abs(x)
    if order == float("inf"):
        return ops.max(size, axis=axis, keepdims=keepdims)
    if order == -float("inf"):
        return ops.min(size, axis=axis, keepdims=keepdims)
    if order == 0:
        return ops.sum(ops.cast(ops.not_equal(size, 0), size.dtype), axis=axis, keepdims=keepdims)
    if order == 1:
        return ops.sum(size, axis=axis, keepdims=keepdims)
    order = 2 if order == "fro" else order
    total = ops.sum(ops.power(size, order), axis=axis, keepdims=keepdims)
    empty = ops.equal(total, 0)
    return ops.where(empty, ops.zeros_like(total), ops.power(ops.where(empty, ops.ones_like(total), total), 1 / order))
