from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, reduction="mean"):
    """Multi-class hinge: mean over the classes of max(0, margin - input[target] + input[i]) ** p, i not the target.

    `input` (N, C) or (C,), `target` integers (N,) or (); `weight` (C,) scales by the target's class.
    """
    classes = input.shape[-1]
    target = ops.cast(target, "int32")
    right = ops.take_along_axis(input, target[..., None], axis=-1)
    excess = ops.maximum(margin - right + input, 0.0)
    excess = ops.square(excess) if p == 2 else excess
    if weight is not None:
        excess = excess * ops.take(ops.cast(weight, input.dtype), target, axis=0)[..., None]
    wrong = 1.0 - ops.one_hot(target, classes, dtype=input.dtype)
    return reduce_loss(ops.sum(excess * wrong, axis=-1) / classes, reduction)
