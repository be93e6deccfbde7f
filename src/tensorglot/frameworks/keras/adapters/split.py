"""Parts of equal size."""

from keras import ops


def split(x, size, axis=0):
    """`x` cut along `axis` into parts of `size` elements; the last may be shorter."""
    return ops.split(x, list(range(size, ops.shape(x)[axis], size)), axis=axis)
