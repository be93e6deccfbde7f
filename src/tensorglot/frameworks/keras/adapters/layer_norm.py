"""Layer normalisation over the last axes, with given weights."""

from keras import ops


def layer_norm(x, normalized_shape, weight=None, bias=None, epsilon=1e-5):
    """Normalises `x` over its last axes, whose sizes are `normalized_shape` (a number or a sequence)."""
    count = 1 if isinstance(normalized_shape, int) else len(normalized_shape)
    axes = list(range(-count, 0))
    mean, variance = ops.moments(x, axes=[axis + len(x.shape) for axis in axes], keepdims=True)
    y = (x - mean) * ops.rsqrt(variance + epsilon)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
