"""Group normalisation with given weights."""

from keras import ops


def group_norm(x, groups, weight=None, bias=None, epsilon=1e-5):
    """Normalises `x` (N, S..., C) per sample and group of channels."""
    shape = ops.shape(x)
    grouped = ops.reshape(x, (shape[0], -1, groups, shape[-1] // groups))
    mean, variance = ops.moments(grouped, axes=[1, 3], keepdims=True)
    y = ops.reshape((grouped - mean) * ops.rsqrt(variance + epsilon), shape)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
