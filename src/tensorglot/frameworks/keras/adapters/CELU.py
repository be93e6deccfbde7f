"""Continuously differentiable exponential linear unit."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class CELU(layers.Layer):
    """Continuously differentiable exponential linear unit."""

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, x):
        return ops.celu(x, self.alpha)

    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha}
