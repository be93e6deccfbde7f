import math

import keras
from keras import ops


def complex_normal(shape, dtype="complex64"):
    """Normally distributed complex numbers of variance 1, half of it in each part."""
    part = {"complex64": "float32", "complex128": "float64"}[dtype]
    return ops.view_as_complex(keras.random.normal((*shape, 2), stddev=math.sqrt(0.5), dtype=part))
