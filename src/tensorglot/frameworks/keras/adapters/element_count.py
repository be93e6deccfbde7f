"""Number of elements along axes."""

from keras import ops


def element_count(x, axis=None):
    """Number of elements that a reduction of `x` over `axis` (None: all) combines; an int where the sizes are known."""
    shape = ops.shape(x)
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    count = 1
    for a in axes:
        count = count * shape[a]
    return count
