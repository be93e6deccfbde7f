from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def kl_div(input, target, reduction="mean", log_target=False):
    """Kullback-Leibler divergence; `input` has log-probabilities, "batchmean" divides the sum by the batch size."""
    if log_target:
        loss = ops.exp(target) * (target - input)
    else:
        positive = target > 0
        logs = ops.log(ops.where(positive, target, ops.ones_like(target)))
        loss = ops.where(positive, target * logs, ops.zeros_like(target)) - target * input
    if reduction == "batchmean":
        return ops.sum(loss) / ops.cast(ops.shape(loss)[0], loss.dtype)
    return reduce_loss(loss, reduction)
