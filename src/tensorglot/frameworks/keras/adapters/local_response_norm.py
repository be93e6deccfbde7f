"""Local response normalisation over channels."""

from keras import ops


def local_response_norm(x, size, alpha=0.0001, beta=0.75, k=1.0):
    """Divides `x` (..., C) by (k + alpha mean(x^2 over `size` neighbouring channels)) ^ beta; zeros beyond the ends."""
    channels = x.shape[-1]
    squares = ops.pad(ops.square(x), [(0, 0)] * (len(x.shape) - 1) + [(size // 2, (size - 1) // 2)])
    total = sum(squares[..., start:start + channels] for start in range(size))
    return x / ops.power(k + total * (alpha / size), beta)
