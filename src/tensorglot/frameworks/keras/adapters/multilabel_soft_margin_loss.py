from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def multilabel_soft_margin_loss(input, target, weight=None, reduction="mean"):
    """Binary cross entropy of logits (N, C), averaged over the classes."""
    target = ops.cast(target, input.dtype)
    loss = -(target * ops.log_sigmoid(input) + (1.0 - target) * ops.log_sigmoid(-input))
    return reduce_loss(ops.mean(loss if weight is None else loss * weight, axis=-1), reduction)
