"""Flattens a range of axes into one."""

from keras import ops


def flatten_axes(x, start_axis=0, end_axis=-1):
    """Axes `start_axis` to `end_axis`, both included, become one."""
    shape = list(ops.shape(x))
    start, end = start_axis % len(shape), end_axis % len(shape)
    unknown = any(not isinstance(size, int) for size in shape[start:end + 1])
    size = -1
    if not unknown or any(not isinstance(size, int) for size in shape[:start] + shape[end + 1:]):
        size = 1
        for item in shape[start:end + 1]:
            size = size * item
    return ops.reshape(x, (*shape[:start], size, *shape[end + 1:]))
