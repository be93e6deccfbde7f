from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Cross entropy of sigmoid(input); `pos_weight` scales the losses of positive targets, `weight` all."""
    target = ops.cast(target, input.dtype)
    log_p = ops.log_sigmoid(input)
    positive = 1.0 if pos_weight is None else 1.0 + (pos_weight - 1.0) * target
    loss = (1.0 - target) * input - positive * log_p
    return reduce_loss(loss if weight is None else loss * weight, reduction)
