from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Squared below `beta`, absolute above: d² / (2 beta) or d - beta / 2 (Girshick 2015, arXiv:1504.08083)."""
    distance = ops.abs(ops.subtract(input, target))
    if beta == 0:
        return reduce_loss(distance, reduction)
    return reduce_loss(ops.where(distance < beta, 0.5 * ops.square(distance) / beta, distance - 0.5 * beta), reduction)
