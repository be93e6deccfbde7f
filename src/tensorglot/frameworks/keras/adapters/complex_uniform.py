import keras
from keras import ops


def complex_uniform(shape, dtype="complex64"):
    """Complex numbers whose parts are uniformly distributed in [0, 1)."""
    part = {"complex64": "float32", "complex128": "float64"}[dtype]
    return ops.view_as_complex(keras.random.uniform((*shape, 2), dtype=part))
