"""Smooth rectifier."""

from keras import ops


def scaled_softplus(x, beta=1.0, threshold=20.0):
    """log(1 + exp(beta x)) / beta, and x where beta x > threshold."""
    linear = x * beta > threshold
    return ops.where(linear, x, ops.softplus(ops.where(linear, ops.zeros_like(x), x) * beta) / beta)
