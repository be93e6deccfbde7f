"""Batch normalisation with given weights and statistics."""

import math

from keras import ops


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, epsilon=1e-5):
    """Normalises `x` (..., C) per channel: with the batch's statistics in training, else with the running ones.

    In training, running statistics that are variables are updated; `momentum` is the weight of the new batch.
    """
    mean, variance = running_mean, running_var
    if training:
        mean, variance = ops.moments(x, axes=list(range(len(x.shape) - 1)))
        if running_mean is not None:
            count = ops.cast(math.prod(ops.shape(x)[:-1]), variance.dtype)
            unbiased = variance * count / (count - 1)
            running_mean.assign(running_mean * (1 - momentum) + mean * momentum)
            running_var.assign(running_var * (1 - momentum) + unbiased * momentum)
    y = (x - mean) * ops.rsqrt(variance + epsilon)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
