"""Transposed convolution of a channels-last tensor, on any backend."""

from keras import ops

from tensorglot.frameworks.keras.adapters.convolve import convolve
from tensorglot.frameworks.keras.adapters.insert_zeros import insert_zeros
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def convolve_transposed(x, kernel, strides, padding, output_padding, dilation, groups=1):
    """The gradient of a convolution: `x` (N, S..., I), `kernel` (K..., O / groups, I), result (N, S'..., O).

    S' = (S - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1, for each spatial axis.
    """
    rank = len(strides)
    crop = [(-pad, extra - pad) for pad, extra in zip(padding, output_padding, strict=True)]
    if groups == 1:
        full = ops.conv_transpose(x, insert_zeros(kernel, dilation), strides, "valid", output_padding=(0,) * rank)
        return spatial_pad(full, crop)
    # A convolution of the input with zeros in between, with the kernel mirrored; its last axes become I / groups, O.
    kernel = ops.flip(kernel, axis=tuple(range(rank)))
    sizes, (depth, inputs) = kernel.shape[:rank], kernel.shape[rank:]
    kernel = ops.reshape(kernel, (*sizes, depth, groups, inputs // groups))
    kernel = ops.transpose(kernel, (*range(rank), rank + 2, rank + 1, rank))
    kernel = ops.reshape(kernel, (*sizes, inputs // groups, groups * depth))
    spread = insert_zeros(x, strides, first_axis=1)
    reach = [step * (size - 1) for size, step in zip(sizes, dilation, strict=True)]
    pads = [(full + before, full + after) for full, (before, after) in zip(reach, crop, strict=True)]
    return convolve(spatial_pad(spread, pads), kernel, (1,) * rank, dilation, groups)
