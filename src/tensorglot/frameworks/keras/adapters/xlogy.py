"""Product with a logarithm."""

from keras import ops


def xlogy(x, y):
    """x log(y), and 0 where x is 0 (unless y is NaN)."""
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    empty = ops.logical_and(ops.equal(x, 0), ops.logical_not(ops.isnan(y)))
    return ops.multiply(x, ops.log(ops.where(empty, ops.ones_like(y), y)))
