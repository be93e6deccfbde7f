"""Grouped, dilated and strided convolution of a channels-last tensor, on any backend."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.insert_zeros import insert_zeros


def convolve(x, kernel, strides, dilation, groups=1):
    """Convolution without padding: `x` (N, S..., I), `kernel` (K..., I / groups, O), result (N, S'..., O).

    `strides` and `dilation` have one item per spatial axis.
    """
    rank = len(strides)
    if max(strides) > 1 and max(dilation) > 1:  # not offered together: write the zeros of the dilated kernel out
        kernel = insert_zeros(kernel, dilation)
        dilation = (1,) * rank
    on_tensorflow = keras.backend.backend() == "tensorflow"
    if on_tensorflow and 1 < groups == x.shape[-1] and rank < 3 and len(set(strides)) == 1:
        kernel = ops.reshape(kernel, (*kernel.shape[:rank], groups, kernel.shape[-1] // groups))
        return ops.depthwise_conv(x, kernel, strides[0], "valid", dilation_rate=dilation)
    return ops.conv(x, kernel, strides, "valid", dilation_rate=dilation)
