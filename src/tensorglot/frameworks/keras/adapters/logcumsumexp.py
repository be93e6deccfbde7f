"""Running logarithm of a sum of exponentials."""

from keras import ops


def logcumsumexp(x, axis):
    """log(cumsum(exp(x))) along `axis` without overflow."""
    return ops.associative_scan(ops.logaddexp, x, axis=axis % len(x.shape))
