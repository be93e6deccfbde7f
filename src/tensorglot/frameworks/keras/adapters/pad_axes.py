"""Padding of all axes with any mode."""

from keras import ops

from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def pad_axes(x, padding, mode="constant", value=None):
    """Pads `x` by one (before, after) pair for each of its axes; negative numbers crop.

    `mode`: "constant", "reflect", "replicate" or "circular".
    """
    # spatial_pad leaves the first and the last axis as they are.
    x = ops.expand_dims(ops.expand_dims(x, 0), -1)
    return ops.squeeze(spatial_pad(x, padding, mode, value or 0.0), (0, -1))
