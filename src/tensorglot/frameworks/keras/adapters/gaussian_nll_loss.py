import math

from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Negative log-likelihood of `target` under mean `input` and variance `var` (Nix and Weigend 1994).

    `var` is like `input`, or has a last axis of 1 or none. It is cut below at `eps`; the cut has slope 1, as in torch.
    """
    var = ops.cast(ops.convert_to_tensor(var), input.dtype)
    if len(var.shape) == len(input.shape) - 1 and len(var.shape) > 0:
        var = var[..., None]
    var = var + ops.stop_gradient(ops.maximum(var, ops.cast(eps, var.dtype)) - var)
    loss = 0.5 * (ops.log(var) + ops.square(ops.subtract(input, target)) / var)
    return reduce_loss(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)
