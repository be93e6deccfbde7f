"""Moves the channels of (N, C, S...) tensors to the last axis."""

from keras import ops


def channels_last(x):
    """`x` (N, C, S...) as (N, S..., C); what has no spatial axis stays as it is, tuples are taken apart."""
    if isinstance(x, tuple):
        return tuple(channels_last(part) for part in x)
    return ops.moveaxis(x, 1, -1) if len(getattr(x, "shape", ())) > 2 else x
