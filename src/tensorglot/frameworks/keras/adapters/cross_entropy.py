from keras import ops

from tensorglot.frameworks.keras.adapters.nll_loss import nll_loss
from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss
from tensorglot.frameworks.keras.adapters.target_weights import target_weights


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0, axis=1):
    """Cross entropy of logits with classes on `axis` (the last if 1-D).

    `target`: class indices (the shape of `input` without the class axis), or probabilities (the shape of `input`).
    `label_smoothing` mixes in the uniform distribution (Szegedy et al. 2016, arXiv:1512.00567).
    """
    axis = axis if len(input.shape) > 1 else 0
    log_p = ops.moveaxis(ops.log_softmax(input, axis=axis), axis, -1)
    classes = log_p.shape[-1]
    scaled = log_p if weight is None else log_p * ops.cast(weight, log_p.dtype)
    if len(target.shape) == len(input.shape):
        shares = ops.cast(ops.moveaxis(target, axis, -1), log_p.dtype)
        shares = shares * (1.0 - label_smoothing) + label_smoothing / classes
        return reduce_loss(-ops.sum(scaled * shares, axis=-1), reduction)
    loss = nll_loss(log_p, target, weight, ignore_index, reduction, axis=-1)
    if label_smoothing == 0.0:
        return loss
    _, share, used = target_weights(target, classes, weight, ignore_index, log_p.dtype)
    uniform = -ops.sum(scaled, axis=-1)
    uniform = ops.where(used, uniform, ops.zeros_like(uniform))
    uniform = ops.sum(uniform) / ops.sum(share) if reduction == "mean" else reduce_loss(uniform, reduction)
    return (1.0 - label_smoothing) * loss + label_smoothing / classes * uniform
