"""Root-mean-square normalisation over the last axes, with given weights."""

import keras
import numpy as np
from keras import ops


def rms_norm(x, normalized_shape, weight=None, epsilon=None):
    """Divides `x` by its root mean square over the last axes, whose sizes are `normalized_shape`.

    `epsilon` None is the machine epsilon of the input's type.
    """
    if epsilon is None:
        epsilon = float(np.finfo(keras.backend.standardize_dtype(x.dtype)).eps)
    count = 1 if isinstance(normalized_shape, int) else len(normalized_shape)
    y = x * ops.rsqrt(ops.mean(ops.square(x), axis=tuple(range(-count, 0)), keepdims=True) + epsilon)
    return y if weight is None else y * weight
