from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def l1_loss(input, target, reduction="mean", weight=None):
    """Absolute error; with `weight` (like input) the mean is a weighted one."""
    loss = ops.abs(ops.subtract(input, target))
    if weight is None:
        return reduce_loss(loss, reduction)
    loss = reduce_loss(loss * weight, "sum" if reduction == "mean" else reduction)
    return loss / ops.sum(weight) if reduction == "mean" else loss
