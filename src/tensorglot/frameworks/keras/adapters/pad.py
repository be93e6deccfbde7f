"""Padding of some axes with any mode."""

from tensorglot.frameworks.keras.adapters.pad_axes import pad_axes


def pad(x, padding, axes=None, mode="constant", value=None):
    """Pads `x`; `padding` holds a before and an after for each of `axes` (left out: the last axis, the one before...).

    Negative numbers crop. `mode`: "constant", "reflect", "replicate" or "circular".
    """
    rank = len(x.shape)
    pairs = [(0, 0)] * rank
    for i in range(len(padding) // 2):
        pairs[axes[i] if axes else rank - 1 - i] = (padding[2 * i], padding[2 * i + 1])
    return pad_axes(x, pairs, mode, value)
