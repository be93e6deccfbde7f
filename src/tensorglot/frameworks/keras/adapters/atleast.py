"""Smallest number of axes."""

from keras import ops


def atleast(x, rank):
    """`x` with at least `rank` (1, 2 or 3) axes: a vector becomes (1, n) or (1, n, 1), a matrix (m, n, 1)."""
    x = ops.convert_to_tensor(x)
    if rank >= 1 and len(x.shape) == 0:
        x = ops.expand_dims(x, 0)
    if rank >= 2 and len(x.shape) == 1:
        x = ops.expand_dims(x, 0)
    if rank >= 3 and len(x.shape) == 2:
        x = ops.expand_dims(x, -1)
    return x
