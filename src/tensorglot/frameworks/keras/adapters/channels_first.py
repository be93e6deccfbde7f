"""Moves the last axis of (N, S..., C) tensors to the place after the first."""

from keras import ops


def channels_first(x):
    """`x` (N, S..., C) as (N, C, S...); what has no spatial axis stays as it is, tuples are taken apart."""
    if isinstance(x, tuple):
        return tuple(channels_first(part) for part in x)
    return ops.moveaxis(x, -1, 1) if len(getattr(x, "shape", ())) > 2 else x
