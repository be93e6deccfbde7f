import math

from keras import ops


def square_subsequent_mask(size, dtype=None):
    """Additive causal mask (size, size): 0 on and below the diagonal, -inf above."""
    return ops.triu(ops.full((size, size), -math.inf, dtype=dtype), 1)
