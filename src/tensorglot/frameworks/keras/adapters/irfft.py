"""Inverse of the discrete Fourier transform of real numbers."""

import math

from keras import ops

from tensorglot.frameworks.keras.adapters.fit_axis import fit_axis


def irfft(x, size=None, axis=-1, norm=None):
    """Real inverse of the non-negative frequencies `x` along `axis`; `size` is that of the result (None: even)."""
    last = ops.moveaxis(x, axis, -1)
    n = 2 * (ops.shape(last)[-1] - 1) if size is None else size
    real, imag = (fit_axis(part, n // 2 + 1, -1) for part in (ops.real(last), ops.imag(last)))
    factor = {None: 1, "backward": 1, "ortho": math.sqrt(n), "forward": n}[norm]
    return ops.moveaxis(ops.irfft((real, imag), fft_length=n) * factor, -1, axis)
