"""Tensors expanded to a common shape."""

from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_shapes import broadcast_shapes


def broadcast_tensors(*xs):
    """All of `xs`, broadcast to their common shape."""
    shape = broadcast_shapes(*[ops.shape(x) for x in xs])
    return tuple(ops.broadcast_to(x, shape) for x in xs)
