"""Sizes given once for all axes."""

from collections.abc import Iterable


def ntuple(x, n):
    """`x` as a tuple, `n` times the same where it is a number."""
    return tuple(x) if isinstance(x, Iterable) else (x,) * n
