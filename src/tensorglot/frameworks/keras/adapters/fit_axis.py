"""Axes of a given size."""

from keras import ops


def fit_axis(x, size, axis):
    """`x` cut or padded with zeros at the end of `axis` to `size` elements (None: as it is)."""
    if size is None:
        return x
    axis = axis % len(x.shape)
    x = x[(slice(None),) * axis + (slice(0, size),)]
    missing = size - ops.shape(x)[axis]
    return ops.pad(x, [(0, missing if a == axis else 0) for a in range(len(x.shape))]) if missing else x
