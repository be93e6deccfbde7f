"""Logarithm of the gamma function."""

import math

import keras
from keras import ops

_COEFFICIENTS = (676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
                 -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7)


def lgamma(x):
    """log |gamma(x)| by the Lanczos approximation (g = 7, 9 terms), with the reflection formula below 1/2.

    Source: Press et al., Numerical Recipes, section 6.1. Computed in float64: the series cancels in float32.
    """
    dtype = x.dtype
    x = ops.cast(x, "float64") if keras.backend.standardize_dtype(dtype) == "float32" else x
    small = x < 0.5
    z = ops.where(small, 1 - x, x) - 1
    total = 0.99999999999980993
    for i, coefficient in enumerate(_COEFFICIENTS):
        total = total + coefficient / (z + (i + 1))
    t = z + 7.5
    value = 0.5 * math.log(2 * math.pi) + (z + 0.5) * ops.log(t) - t + ops.log(total)
    # Where `x` is not small the sine is of no interest; 1/2 keeps its logarithm finite.
    sine = ops.abs(ops.sin(math.pi * ops.where(small, x, ops.full_like(x, 0.5))))
    return ops.cast(ops.where(small, math.log(math.pi) - ops.log(sine) - value, value), dtype)
