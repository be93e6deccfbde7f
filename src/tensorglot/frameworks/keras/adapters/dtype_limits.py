"""Limits of a dtype."""

import keras
import ml_dtypes


def dtype_limits(dtype):
    """Largest and smallest values, resolution and size of a floating or integer dtype."""
    dtype = keras.backend.standardize_dtype(dtype)
    return ml_dtypes.finfo(dtype) if keras.backend.is_float_dtype(dtype) else ml_dtypes.iinfo(dtype)
