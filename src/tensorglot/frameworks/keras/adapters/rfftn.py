"""Discrete Fourier transform of real numbers."""

from tensorglot.frameworks.keras.adapters.fftn import fftn
from tensorglot.frameworks.keras.adapters.rfft import rfft


def rfftn(x, shape=None, axes=None, norm=None):
    """Fourier transform of real `x` along `axes`; the last of them keeps the non-negative frequencies."""
    if axes is None:
        axes = range(-len(shape if shape is not None else x.shape), 0)
    axes = list(axes)
    x = rfft(x, shape[-1] if shape is not None else None, axes[-1], norm)
    return fftn(x, shape[:-1] if shape is not None else None, axes[:-1], norm)
