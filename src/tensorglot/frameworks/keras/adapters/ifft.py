"""Inverse discrete Fourier transform."""

from tensorglot.frameworks.keras.adapters.fft_axis import fft_axis


def ifft(x, size=None, axis=-1, norm=None):
    """Inverse Fourier transform along `axis`, cut or padded to `size`."""
    return fft_axis(x, size, axis, norm, inverse=True)
