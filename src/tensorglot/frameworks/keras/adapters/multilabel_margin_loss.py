from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def multilabel_margin_loss(input, target, reduction="mean"):
    """Multi-label hinge: sum over targets j and non-targets i of max(0, 1 - input[j] + input[i]), divided by C.

    `input` (N, C) or (C,); `target` alike: class indices, of which those behind the first negative one do not count.
    """
    classes = input.shape[-1]
    target = ops.cast(target, "int32")
    listed = ops.cast(ops.cumsum(ops.cast(target < 0, "int32"), axis=-1) == 0, input.dtype)
    index = ops.maximum(target, 0)
    rows = ops.one_hot(index, classes, dtype=input.dtype) * listed[..., None]
    other = 1.0 - ops.max(rows, axis=-2)
    right = ops.take_along_axis(input, index, axis=-1)
    excess = ops.maximum(1.0 - right[..., :, None] + input[..., None, :], 0.0)
    return reduce_loss(ops.sum(excess * listed[..., :, None] * other[..., None, :], axis=(-2, -1)) / classes, reduction)
