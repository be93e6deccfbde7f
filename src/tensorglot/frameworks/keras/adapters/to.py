"""Conversion to what may be a dtype, the dtype of a tensor, or a device."""

import keras
from keras import ops


def to(x, other):
    """`x` with the dtype that `other` is or has; `x` itself where `other` is the name of a device, or None."""
    if other is None or isinstance(other, str) and other.split(":")[0] in ("cpu", "gpu", "cuda", "mps", "xpu", "meta"):
        return x
    return ops.cast(x, keras.backend.standardize_dtype(getattr(other, "dtype", other)))
