"""Division rounded towards zero."""

import keras
from keras import ops


def trunc_divide(x, y):
    """x / y without the fraction; integers stay integers."""
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    if keras.backend.is_float_dtype(x.dtype) or keras.backend.is_float_dtype(y.dtype):
        return ops.trunc(ops.divide(x, y))
    size = ops.floor_divide(ops.abs(x), ops.abs(y))
    return ops.where(ops.equal(x < 0, y < 0), size, -size)
