"""All combinations of elements."""

from keras import ops


def cartesian_prod(*xs):
    """Rows of all combinations of one element of each vector, the last vector running fastest."""
    if len(xs) == 1:
        return xs[0]
    return ops.stack([ops.ravel(grid) for grid in ops.meshgrid(*xs, indexing="ij")], axis=-1)
