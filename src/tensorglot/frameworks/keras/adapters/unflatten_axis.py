"""Splits one axis into several."""

from keras import ops


def unflatten_axis(x, axis, shape):
    """`shape` replaces the size of `axis`; one item may be -1."""
    sizes = list(ops.shape(x))
    axis = axis % len(sizes)
    known = 1
    for size in shape:
        known = known * size if size != -1 else known
    shape = [sizes[axis] // known if size == -1 else size for size in shape]
    return ops.reshape(x, (*sizes[:axis], *shape, *sizes[axis + 1:]))
