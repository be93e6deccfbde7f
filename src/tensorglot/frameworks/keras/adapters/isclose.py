"""Equality up to a tolerance."""

from keras import ops


def isclose(x, y, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True where |x - y| <= atol + rtol |y| or x = y; NaN equals NaN where `equal_nan`."""
    near = ops.logical_and(ops.isfinite(y), ops.abs(x - y) <= atol + rtol * ops.abs(y))
    near = ops.logical_or(near, ops.equal(x, y))
    return ops.logical_or(near, ops.logical_and(ops.isnan(x), ops.isnan(y))) if equal_nan else near
