"""A number of parts, the last of which may be smaller."""

from keras import ops


def chunk(x, chunks, axis=0):
    """`x` cut along `axis` into at most `chunks` parts of one size; what is left over is the last."""
    total = ops.shape(x)[axis]
    size = -(-total // chunks)
    return ops.split(x, list(range(size, total, size)), axis=axis) if size < total else [x]
