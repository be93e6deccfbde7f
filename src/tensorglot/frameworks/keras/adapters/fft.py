"""Discrete Fourier transform."""

from tensorglot.frameworks.keras.adapters.fft_axis import fft_axis


def fft(x, size=None, axis=-1, norm=None):
    """Fourier transform along `axis`, cut or padded to `size`."""
    return fft_axis(x, size, axis, norm)
