"""Zero frequency to the centre."""

from keras import ops


def fftshift(x, axes=None):
    """Moves the zero frequency of `axes` (None: all) to the centre."""
    axes = range(len(x.shape)) if axes is None else (axes,) if isinstance(axes, int) else axes
    for axis in axes:
        x = ops.roll(x, ops.shape(x)[axis] // 2, axis=axis)
    return x
