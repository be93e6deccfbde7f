"""Cosine similarity of two tensors."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.cosine_similarity import cosine_similarity


@keras.saving.register_keras_serializable(package="adapters")
class CosineSimilarity(layers.Layer):
    """See `cosine_similarity`."""

    def __init__(self, axis=1, epsilon=1e-08, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon

    def call(self, x1, x2):
        return cosine_similarity(x1, x2, self.axis, self.epsilon)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon}
