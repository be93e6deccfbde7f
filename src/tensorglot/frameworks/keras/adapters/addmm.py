"""Product added to a tensor."""

from keras import ops


def addmm(x, y, z, beta=1, alpha=1):
    """beta x + alpha (y @ z); with `beta` 0, `x` is ignored."""
    product = alpha * ops.matmul(y, z)
    return product if beta == 0 else beta * x + product
