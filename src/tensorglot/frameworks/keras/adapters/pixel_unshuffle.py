"""Moves space into channels."""

from keras import ops


def pixel_unshuffle(x, downscale_factor):
    """(N, H r, W r, C) to (N, H, W, C r r); the channel index is (c, row, column)."""
    r = downscale_factor
    batch, height, width, channels = ops.shape(x)
    x = ops.reshape(x, (batch, height // r, r, width // r, r, channels))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 5, 2, 4)), (batch, height // r, width // r, channels * r * r))
