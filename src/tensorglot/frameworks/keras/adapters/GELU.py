"""Gaussian error linear unit."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class GELU(layers.Layer):
    """x Phi(x); `approximate="tanh"` replaces Phi by its tanh approximation."""

    def __init__(self, approximate="none", **kwargs):
        super().__init__(**kwargs)
        self.approximate = approximate

    def call(self, x):
        return ops.gelu(x, approximate=self.approximate == "tanh")

    def get_config(self):
        return {**super().get_config(), "approximate": self.approximate}
