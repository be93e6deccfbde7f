"""Distance of pairs of vectors."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.pairwise_distance import pairwise_distance


@keras.saving.register_keras_serializable(package="adapters")
class PairwiseDistance(layers.Layer):
    """See `pairwise_distance`."""

    def __init__(self, p=2.0, epsilon=1e-06, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self.p = p
        self.epsilon = epsilon
        self.keepdims = keepdims

    def call(self, x1, x2):
        return pairwise_distance(x1, x2, self.p, self.epsilon, self.keepdims)

    def get_config(self):
        return {**super().get_config(), "p": self.p, "epsilon": self.epsilon, "keepdims": self.keepdims}
