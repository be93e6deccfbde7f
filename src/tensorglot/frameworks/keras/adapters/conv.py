"""Convolution with a given kernel."""

from keras import ops

from tensorglot.frameworks.keras.adapters.conv_padding import conv_padding
from tensorglot.frameworks.keras.adapters.convolve import convolve
from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def conv(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of `x` (N, S..., I) with `weight` (O, I / groups, K...); `padding`: numbers, "same" or "valid"."""
    rank = len(x.shape) - 2
    stride, dilation = per_axis(stride, rank), per_axis(dilation, rank)
    x = spatial_pad(x, conv_padding(padding, weight.shape[2:], dilation))
    y = convolve(x, ops.transpose(weight, (*range(2, rank + 2), 1, 0)), stride, dilation, groups)
    return y if bias is None else ops.add(y, bias)
