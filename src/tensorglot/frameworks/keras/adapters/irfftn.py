"""Inverse of the discrete Fourier transform of real numbers."""

from tensorglot.frameworks.keras.adapters.ifftn import ifftn
from tensorglot.frameworks.keras.adapters.irfft import irfft


def irfftn(x, shape=None, axes=None, norm=None):
    """Real inverse Fourier transform along `axes`; the last of them holds the non-negative frequencies."""
    if axes is None:
        axes = range(-len(shape if shape is not None else x.shape), 0)
    axes = list(axes)
    x = ifftn(x, shape[:-1] if shape is not None else None, axes[:-1], norm)
    return irfft(x, shape[-1] if shape is not None else None, axes[-1], norm)
