from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def soft_margin_loss(input, target, reduction="mean"):
    """log(1 + exp(-target * input)) for targets 1 and -1."""
    return reduce_loss(ops.log1p(ops.exp(-ops.cast(target, input.dtype) * input)), reduction)
