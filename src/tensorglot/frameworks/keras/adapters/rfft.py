"""Discrete Fourier transform of real numbers."""

import math

from keras import ops

from tensorglot.frameworks.keras.adapters.complex_number import complex_number
from tensorglot.frameworks.keras.adapters.fit_axis import fit_axis


def rfft(x, size=None, axis=-1, norm=None):
    """Non-negative frequencies of the Fourier transform of real `x` along `axis`, cut or padded to `size`."""
    last = fit_axis(ops.moveaxis(x, axis, -1), size, -1)
    n = ops.shape(last)[-1]
    real, imag = ops.rfft(last)
    divisor = {None: 1, "backward": 1, "ortho": math.sqrt(n), "forward": n}[norm]
    return ops.moveaxis(complex_number(real / divisor, imag / divisor), -1, axis)
