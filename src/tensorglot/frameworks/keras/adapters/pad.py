"""Padding of any axes with any mode."""

from keras import ops

from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def pad(x, padding, axes=None, mode="constant", value=None):
    """Pads `x`; `padding` holds a before and an after for each of `axes` (left out: the last axis, the one before...).

    Negative numbers crop. `mode`: "constant", "reflect", "replicate" or "circular".
    """
    rank = len(x.shape)
    pairs = [(0, 0)] * rank
    for i in range(len(padding) // 2):
        pairs[axes[i] if axes else rank - 1 - i] = (padding[2 * i], padding[2 * i + 1])
    # spatial_pad leaves the first and the last axis as they are.
    x = ops.expand_dims(ops.expand_dims(x, 0), -1)
    return ops.squeeze(spatial_pad(x, pairs, mode, value or 0.0), (0, -1))
