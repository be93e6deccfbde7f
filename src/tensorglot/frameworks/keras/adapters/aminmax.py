"""Minimum and maximum at once."""

from typing import NamedTuple

from keras import ops


class MinMax(NamedTuple):
    """Smallest and largest values."""

    min: object
    max: object


def aminmax(x, axis=None, keepdims=False):
    """Smallest and largest values along `axis` (None: all)."""
    return MinMax(ops.min(x, axis=axis, keepdims=keepdims), ops.max(x, axis=axis, keepdims=keepdims))
