"""Alpha dropout of whole channels."""

import keras
from keras import ops


def feature_alpha_dropout(x, rate=0.5, training=False):
    """Sets channels of `x` (N, S..., C) to the negative saturation value of SELU; keeps mean and variance.

    Klambauer et al., Self-Normalizing Neural Networks, 2017.
    """
    if not training or rate == 0:
        return x
    saturation = -1.7580993408473766
    shape = ops.shape(x)
    kept = keras.random.uniform((shape[0], *(1,) * (len(shape) - 2), shape[-1])) >= rate
    scale = ((1 - rate) * (1 + rate * saturation**2)) ** -0.5
    return ops.where(kept, x, ops.cast(saturation, x.dtype)) * scale - scale * rate * saturation
