"""Order of the elements along an axis."""

import keras
from keras import ops


def argsort(x, axis=-1, descending=False):
    """Indices that sort `x` along `axis`; equal elements keep their order."""
    if descending:
        if keras.backend.standardize_dtype(x.dtype) == "bool":
            x = ops.cast(x, "int32")
        x = -x
    return ops.argsort(x, axis=axis)
