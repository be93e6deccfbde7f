"""Zero frequency back to the start."""

from keras import ops


def ifftshift(x, axes=None):
    """Moves the zero frequency of `axes` (None: all) from the centre to the start."""
    axes = range(len(x.shape)) if axes is None else (axes,) if isinstance(axes, int) else axes
    for axis in axes:
        x = ops.roll(x, -(ops.shape(x)[axis] // 2), axis=axis)
    return x
