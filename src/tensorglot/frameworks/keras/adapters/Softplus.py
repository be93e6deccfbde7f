"""Smooth rectifier."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.scaled_softplus import scaled_softplus


@keras.saving.register_keras_serializable(package="adapters")
class Softplus(layers.Layer):
    """log(1 + exp(beta x)) / beta, linear where beta x > threshold."""

    def __init__(self, beta=1.0, threshold=20.0, **kwargs):
        super().__init__(**kwargs)
        self.beta = beta
        self.threshold = threshold

    def call(self, x):
        return scaled_softplus(x, self.beta, self.threshold)

    def get_config(self):
        return {**super().get_config(), "beta": self.beta, "threshold": self.threshold}
