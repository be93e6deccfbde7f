from keras import ops


def reduce_loss(loss, reduction):
    """Mean or sum over all axes, or (`reduction` "none") the losses as they are."""
    if reduction == "mean":
        return ops.mean(loss)
    if reduction == "sum":
        return ops.sum(loss)
    if reduction == "none":
        return loss
    raise ValueError(f"reduction {reduction!r} is none of 'mean', 'sum', 'none'")
