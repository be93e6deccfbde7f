"""Elements under a mask."""

from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_tensors import broadcast_tensors


def masked_select(x, mask):
    """The elements of `x` where `mask` is True, in order, as a vector. Its size depends on the data."""
    x, mask = broadcast_tensors(x, mask)
    return ops.take(ops.ravel(x), ops.nonzero(ops.ravel(mask))[0])
