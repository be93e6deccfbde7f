"""Parameters of a distribution: numbers and tensors, of one shape and type."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_tensors import broadcast_tensors


def broadcast_parameters(*values):
    """Numbers and tensors as float tensors, broadcast to their common shape."""
    dtype = keras.backend.result_type(*[getattr(value, "dtype", float) for value in values], float)
    return broadcast_tensors(*[ops.convert_to_tensor(value, dtype) for value in values])
