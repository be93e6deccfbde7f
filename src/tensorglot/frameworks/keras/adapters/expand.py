"""Repetition along axes of size 1, without copies."""

from keras import ops


def expand(x, shape):
    """`x` broadcast to `shape`; -1 keeps the size of an axis, new axes come first."""
    old = ops.shape(x)
    new = len(shape) - len(old)
    keep = [None] * new + list(old)
    sizes = [kept if isinstance(size, int) and size == -1 else size for size, kept in zip(shape, keep, strict=True)]
    return ops.broadcast_to(x, sizes)
