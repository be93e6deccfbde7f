"""Cosine similarity of two tensors."""

from keras import ops


def cosine_similarity(x1, x2, axis=1, epsilon=1e-08):
    """x1 . x2 / (max(|x1|, epsilon) max(|x2|, epsilon)) along `axis`."""
    def unit(x):
        squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
        return x / ops.sqrt(ops.maximum(squares, epsilon * epsilon))

    return ops.sum(unit(x1) * unit(x2), axis=axis)
