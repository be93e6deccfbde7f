"""Distance of pairs of vectors."""

from keras import ops


def pairwise_distance(x1, x2, p=2.0, epsilon=1e-06, keepdims=False):
    """The p-norm of x1 - x2 + epsilon along the last axis."""
    difference = ops.absolute(x1 - x2 + epsilon)
    if p == float("inf"):
        return ops.max(difference, axis=-1, keepdims=keepdims)
    if p == 2:
        return ops.sqrt(ops.sum(ops.square(difference), axis=-1, keepdims=keepdims))
    return ops.power(ops.sum(ops.power(difference, p), axis=-1, keepdims=keepdims), 1.0 / p)
