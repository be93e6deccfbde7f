from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def hinge_embedding_loss(input, target, margin=1.0, reduction="mean"):
    """`input` (a distance) where target is 1, max(0, margin - input) where it is -1."""
    zeros = ops.zeros_like(input)
    near = ops.where(ops.not_equal(target, -1), input, zeros)
    far = ops.where(ops.not_equal(target, 1), ops.maximum(margin - input, 0.0), zeros)
    return reduce_loss(near + far, reduction)
