"""One index per element of the result."""

from keras import ops


def gather(x, axis, index):
    """Elements of `x` at `index` along `axis`; along other axes `index` may be shorter than `x`."""
    axis = axis % len(x.shape)
    part = tuple(slice(None) if a == axis else slice(0, size) for a, size in enumerate(ops.shape(index)))
    return ops.take_along_axis(x[part], index, axis=axis)
