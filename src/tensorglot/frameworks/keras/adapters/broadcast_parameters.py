"""Parameters of a distribution: numbers and tensors, of one shape."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_tensors import broadcast_tensors


def broadcast_parameters(*values):
    """Numbers and tensors as tensors of their common shape; numbers get the dtype of the tensors."""
    dtype = next((value.dtype for value in values if hasattr(value, "dtype")), keras.config.floatx())
    return broadcast_tensors(*[v if hasattr(v, "dtype") else ops.convert_to_tensor(v, dtype) for v in values])
