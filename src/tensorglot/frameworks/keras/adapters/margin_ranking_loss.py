from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def margin_ranking_loss(input1, input2, target, margin=0.0, reduction="mean"):
    """max(0, margin - target * (input1 - input2)): target 1 wants the first ranked higher, -1 the second."""
    difference = ops.subtract(input1, input2)
    return reduce_loss(ops.maximum(margin - ops.cast(target, difference.dtype) * difference, 0.0), reduction)
