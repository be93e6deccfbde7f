"""Randomised leaky rectifier."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.random_relu import random_relu


@keras.saving.register_keras_serializable(package="adapters")
class RReLU(layers.Layer):
    """Slope for negative values: drawn from [lower, upper] per element in training, else their mean."""

    def __init__(self, lower=0.125, upper=1 / 3, **kwargs):
        super().__init__(**kwargs)
        self.lower = lower
        self.upper = upper

    def call(self, x, training=None):
        return random_relu(x, self.lower, self.upper, training)

    def get_config(self):
        return {**super().get_config(), "lower": self.lower, "upper": self.upper}
