import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class TiedDense(layers.Layer):
    """A dense layer without bias whose kernel is the transposed table of an embedding layer."""

    def __init__(self, embedding, **kwargs):
        super().__init__(**kwargs)
        self.embedding = embedding

    def call(self, x):
        return ops.matmul(x, ops.transpose(self.embedding.embeddings))
