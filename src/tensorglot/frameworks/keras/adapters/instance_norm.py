"""Instance normalisation with given weights and statistics."""

from keras import ops


def instance_norm(x, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, epsilon=1e-5):
    """Normalises `x` (N, S..., C) per sample and channel, or with running statistics unless `use_input_stats`."""
    mean, variance = running_mean, running_var
    if use_input_stats:
        mean, variance = ops.moments(x, axes=list(range(1, len(x.shape) - 1)), keepdims=True)
    y = (x - mean) * ops.rsqrt(variance + epsilon)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
