"""Values of a scatter."""

from keras import ops


def scatter_source(source, index, dtype):
    """The elements of `source` (a number, or a tensor at least as large as `index`) that belong to `index`, flat."""
    source = ops.cast(source, dtype)
    if len(source.shape):
        source = source[tuple(slice(0, size) for size in ops.shape(index))]
    return ops.reshape(ops.broadcast_to(source, ops.shape(index)), (-1,))
