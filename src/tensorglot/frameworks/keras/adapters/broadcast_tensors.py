"""Tensors expanded to a common shape."""

from keras import ops


def broadcast_tensors(*xs):
    """All of `xs`, broadcast to their common shape."""
    like = 0  # only its shape is used: sizes may be unknown until run time
    for x in xs:
        like = like + ops.zeros_like(x, dtype="int32")
    return tuple(ops.broadcast_to(x, ops.shape(like)) for x in xs)
