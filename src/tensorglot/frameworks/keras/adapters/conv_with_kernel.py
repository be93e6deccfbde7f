"""Convolution with a kernel that is stored as layers store theirs."""

from keras import ops

from tensorglot.frameworks.keras.adapters.conv_padding import conv_padding
from tensorglot.frameworks.keras.adapters.convolve import convolve
from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def conv_with_kernel(x, kernel, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of `x` (N, S..., I) with `kernel` (K..., I / groups, O); `padding`: numbers, "same" or "valid"."""
    rank = len(x.shape) - 2
    stride, dilation = per_axis(stride, rank), per_axis(dilation, rank)
    x = spatial_pad(x, conv_padding(padding, kernel.shape[:rank], dilation))
    y = convolve(x, kernel, stride, dilation, groups)
    return y if bias is None else ops.add(y, bias)
