"""Powers of matrices."""

from keras import ops


def matrix_power(x, n):
    """The `n`-th power of square matrices; negative powers invert."""
    if n < 0:
        return matrix_power(ops.inv(x), -n)
    if n == 0:
        return ops.broadcast_to(ops.eye(x.shape[-1], dtype=x.dtype), ops.shape(x))
    half = matrix_power(x, n // 2)
    square = ops.matmul(half, half)
    return ops.matmul(square, x) if n % 2 else square
