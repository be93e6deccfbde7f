"""Transposed convolution with a given kernel."""

from keras import ops

from tensorglot.frameworks.keras.adapters.convolve_transposed import convolve_transposed
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def conv_transpose(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Transposed convolution of `x` (N, S..., I) with `weight` (I, O / groups, K...)."""
    rank = len(x.shape) - 2
    kernel = ops.transpose(weight, (*range(2, rank + 2), 1, 0))
    y = convolve_transposed(x, kernel, per_axis(stride, rank), per_axis(padding, rank),
                            per_axis(output_padding, rank), per_axis(dilation, rank), groups)
    return y if bias is None else ops.add(y, bias)
