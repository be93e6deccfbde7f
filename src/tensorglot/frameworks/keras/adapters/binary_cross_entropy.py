from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Cross entropy of probabilities; logarithms are cut at -100, and the slope's divisor at 1e-12, as in torch."""
    target = ops.cast(target, input.dtype)
    p = ops.stop_gradient(input)
    log_p, log_q = (ops.maximum(ops.log(x), -100.0) for x in (p, 1.0 - p))
    slope = (p - target) / ops.maximum(p * (1.0 - p), ops.cast(1e-12, input.dtype))
    # `input - p` is zero: it adds nothing but the slope, which stays finite at 0 and 1.
    loss = -(target * log_p + (1.0 - target) * log_q) + ops.stop_gradient(slope) * (input - p)
    return reduce_loss(loss if weight is None else loss * weight, reduction)
