import math

from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def poisson_nll_loss(input, target, log_input=True, full=False, eps=1e-8, reduction="mean"):
    """Negative log-likelihood of counts; `input` is the rate or its logarithm; `full` adds Stirling's term."""
    target = ops.cast(target, input.dtype)
    loss = ops.exp(input) - target * input if log_input else input - target * ops.log(input + eps)
    if full:
        large = target > 1
        count = ops.where(large, target, ops.ones_like(target))
        stirling = count * ops.log(count) - count + 0.5 * ops.log(2 * math.pi * count)
        loss = loss + ops.where(large, stirling, ops.zeros_like(target))
    return reduce_loss(loss, reduction)
