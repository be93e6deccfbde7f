"""Product of several matrices."""

from keras import ops


def multi_dot(xs):
    """The matrix product of all `xs`, from left to right."""
    product = xs[0]
    for x in xs[1:]:
        product = ops.matmul(product, x)
    return product
