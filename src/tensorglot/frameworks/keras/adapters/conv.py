"""Convolution with a given weight."""

from keras import ops

from tensorglot.frameworks.keras.adapters.conv_with_kernel import conv_with_kernel


def conv(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolution of `x` (N, S..., I) with `weight` (O, I / groups, K...); `padding`: numbers, "same" or "valid"."""
    kernel = ops.transpose(weight, (*range(2, len(x.shape)), 1, 0))
    return conv_with_kernel(x, kernel, bias, stride, padding, dilation, groups)
