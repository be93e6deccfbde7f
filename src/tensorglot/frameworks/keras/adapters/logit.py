"""Inverse of the logistic function."""

from keras import ops


def logit(x, eps=None):
    """log(x / (1 - x)); with `eps`, `x` is first clipped to [eps, 1 - eps]."""
    if eps is not None:
        x = ops.clip(x, eps, 1 - eps)
    return ops.log(x / (1 - x))
