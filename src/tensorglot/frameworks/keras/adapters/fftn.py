"""Discrete Fourier transform."""

from tensorglot.frameworks.keras.adapters.fft_axis import fft_axis


def fftn(x, shape=None, axes=None, norm=None):
    """Fourier transform along `axes` (None: all, or the last `len(shape)`), cut or padded to `shape`."""
    if axes is None:
        axes = range(-len(shape if shape is not None else x.shape), 0)
    for i, axis in enumerate(axes):
        x = fft_axis(x, shape[i] if shape is not None else None, axis, norm)
    return x
