"""Unit vectors."""

from keras import ops

from tensorglot.frameworks.keras.adapters.vector_norm import vector_norm


def normalize(x, order=2.0, axis=1, eps=1e-12):
    """`x` over the larger of its norm along `axis` and `eps`."""
    return x / ops.maximum(vector_norm(x, order, axis, keepdims=True), eps)
