from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """d² / 2 up to `delta`, delta * (d - delta / 2) above (Huber 1964); `weight` scales each loss."""
    distance = ops.abs(ops.subtract(input, target))
    loss = ops.where(distance <= delta, 0.5 * ops.square(distance), delta * (distance - 0.5 * delta))
    return reduce_loss(loss if weight is None else loss * weight, reduction)
