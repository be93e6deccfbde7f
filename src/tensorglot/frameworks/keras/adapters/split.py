"""Parts of equal size."""

from keras import ops


def split(x, size, axis=0):
    """`x` cut along `axis` into parts of `size` elements; the last may be shorter."""
    points = list(range(size, ops.shape(x)[axis], size))
    return ops.split(x, points, axis=axis) if points else [x]
