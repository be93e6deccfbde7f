"""Local response normalisation over channels."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.local_response_norm import local_response_norm


@keras.saving.register_keras_serializable(package="adapters")
class LocalResponseNorm(layers.Layer):
    """Divides (..., C) by (k + alpha mean(x^2 over `size` channels)) ^ beta."""

    def __init__(self, size, alpha=0.0001, beta=0.75, k=1.0, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def call(self, x):
        return local_response_norm(x, self.size, self.alpha, self.beta, self.k)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "alpha": self.alpha, "beta": self.beta, "k": self.k}
