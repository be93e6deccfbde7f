"""A dense layer that shares its matrix with an embedding."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class TiedDense(layers.Layer):
    """x W^T (+ b) where W is the matrix of `embedding`, an Embedding of `units` tokens that is set after construction.

    `x`: (..., size of the embedding), result (..., units). The weights are shared (Press and Wolf 2017,
    arXiv:1608.05859).
    """

    def __init__(self, units, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.use_bias = use_bias
        self.bias = None
        self.embedding = None

    def build(self, input_shape):
        if not self.embedding.built:
            self.embedding.build()
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        self.built = True

    def call(self, x):
        x = ops.matmul(x, ops.transpose(self.embedding.embeddings))
        return ops.add(x, self.bias) if self.use_bias else x

    def get_config(self):
        return {**super().get_config(), "units": self.units, "use_bias": self.use_bias}
