"""Assignment to a subscript."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.getitem import getitem


def setitem(x, key, value):
    """A copy of `x` in which `x[key]` is `value` (broadcast)."""
    value = ops.cast(value, x.dtype)
    if _is_mask(key) and len(value.shape) == 0:
        mask = ops.reshape(key, (*ops.shape(key), *[1] * (len(x.shape) - len(key.shape))))
        return ops.where(mask, value, x)
    shape = ops.shape(x)
    size = 1
    for n in shape:
        size = size * n
    positions = getitem(ops.reshape(ops.arange(size), shape), key)
    updates = ops.broadcast_to(value, ops.shape(positions))
    flat = ops.scatter_update(ops.reshape(x, (-1,)), ops.reshape(positions, (-1, 1)), ops.reshape(updates, (-1,)))
    return ops.reshape(flat, shape)


def _is_mask(key):
    return ops.is_tensor(key) and keras.backend.standardize_dtype(key.dtype) == "bool"
