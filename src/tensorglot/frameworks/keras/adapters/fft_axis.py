"""Discrete Fourier transform along one axis."""

import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.complex_number import complex_number
from tensorglot.frameworks.keras.adapters.fit_axis import fit_axis


def fft_axis(x, size=None, axis=-1, norm=None, inverse=False):
    """Fourier transform of `x` along `axis`, cut or padded to `size`, as complex numbers.

    `norm` is backward (the inverse divides by n), forward (the transform does) or ortho (both by sqrt(n)).
    """
    last = ops.moveaxis(x, axis, -1)
    if "complex" in keras.backend.standardize_dtype(x.dtype):
        real, imag = ops.real(last), ops.imag(last)
    else:
        real, imag = last, ops.zeros_like(last)
    real, imag = fit_axis(real, size, -1), fit_axis(imag, size, -1)
    n = ops.shape(real)[-1]
    # The inverse is the transform of the conjugate, conjugated.
    real, imag = ops.fft((real, -imag if inverse else imag))
    imag = -imag if inverse else imag
    divisor = 1 if (norm or "backward") == ("forward" if inverse else "backward") else \
        math.sqrt(n) if norm == "ortho" else n
    return ops.moveaxis(complex_number(real / divisor, imag / divisor), -1, axis)
