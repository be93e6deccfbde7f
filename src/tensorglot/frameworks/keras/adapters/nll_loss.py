from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss
from tensorglot.frameworks.keras.adapters.target_weights import target_weights


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean", axis=1):
    """Negative log-likelihood of integer targets; `input` has log-probabilities, classes on `axis` (the last if 1-D).

    The mean is weighted by the targets' class weights; targets equal to `ignore_index` take no part.
    """
    log_p = ops.moveaxis(input, axis if len(input.shape) > 1 else 0, -1)
    index, share, used = target_weights(target, log_p.shape[-1], weight, ignore_index, log_p.dtype)
    picked = ops.take_along_axis(log_p, index[..., None], axis=-1)[..., 0]
    loss = ops.where(used, -share * picked, ops.zeros_like(picked))
    return ops.sum(loss) / ops.sum(share) if reduction == "mean" else reduce_loss(loss, reduction)
