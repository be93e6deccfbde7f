import math

from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """Connectionist temporal classification (Graves et al. 2006).

    `log_probs` (T, N, C) are log-probabilities, `targets` (N, S) or all targets in one row. The mean divides each loss
    by its target's length first. Infinite losses (target too long) become zero if `zero_infinity`.
    """
    input_lengths, target_lengths, targets = (
        ops.cast(ops.convert_to_tensor(x), "int32") for x in (input_lengths, target_lengths, targets))
    if len(targets.shape) == 1:
        starts = ops.cumsum(target_lengths) - target_lengths
        index = starts[:, None] + ops.arange(ops.max(target_lengths), dtype="int32")[None]
        targets = ops.take(targets, ops.minimum(index, ops.shape(targets)[0] - 1), axis=0)
    # Equal neighbours need a blank between them. Backends give various large numbers where a target does not fit.
    inside = ops.arange(1, ops.shape(targets)[1], dtype="int32")[None] < target_lengths[:, None]
    doubles = ops.sum(ops.cast(ops.equal(targets[:, 1:], targets[:, :-1]) & inside, "int32"), axis=1)
    fits = input_lengths >= target_lengths + doubles
    used = ops.where(fits, target_lengths, ops.zeros_like(target_lengths))
    loss = ops.ctc_loss(targets, ops.swapaxes(log_probs, 0, 1), used, input_lengths, mask_index=blank)
    loss = ops.where(fits, loss, ops.full_like(loss, 0.0 if zero_infinity else math.inf))
    if reduction == "mean":
        loss = loss / ops.cast(ops.maximum(target_lengths, 1), loss.dtype)
    return reduce_loss(loss, reduction)
