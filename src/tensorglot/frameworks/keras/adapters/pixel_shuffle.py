"""Moves channels into space."""

from keras import ops


def pixel_shuffle(x, upscale_factor):
    """(N, H, W, C r r) to (N, H r, W r, C); the channel index is (c, row, column)."""
    r = upscale_factor
    batch, height, width, channels = ops.shape(x)
    x = ops.reshape(x, (batch, height, width, channels // (r * r), r, r))
    return ops.reshape(ops.transpose(x, (0, 1, 4, 2, 5, 3)), (batch, height * r, width * r, channels // (r * r)))
