"""Derivative of the logarithm of the gamma function."""

import math

import keras
from keras import ops

#: Bernoulli numbers over 2n, with the sign of the asymptotic series.
_SERIES = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12)


def digamma(x):
    """d/dx log gamma(x): recurrence up to 8, then the asymptotic series; the reflection formula below 1/2.

    Source: Abramowitz and Stegun, 6.3.5, 6.3.7 and 6.3.18.
    """
    dtype = x.dtype
    x = ops.cast(x, "float64") if keras.backend.standardize_dtype(dtype) == "float32" else x
    small = x < 0.5
    z = ops.where(small, 1 - x, x)
    value = ops.zeros_like(z)
    for _ in range(8):
        low = z < 8
        value = ops.where(low, value - 1 / z, value)
        z = ops.where(low, z + 1, z)
    value = value + ops.log(z) - 0.5 / z
    inverse = 1 / ops.square(z)
    power = inverse
    for coefficient in _SERIES:
        value = value + coefficient * power
        power = power * inverse
    angle = math.pi * ops.where(small, x, ops.full_like(x, 0.25))
    return ops.cast(ops.where(small, value - math.pi / ops.tan(angle), value), dtype)
