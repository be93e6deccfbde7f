"""Logarithm of the softmax."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class LogSoftmax(layers.Layer):
    """Logarithm of the softmax."""

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, x):
        return ops.log_softmax(x, axis=self.axis)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}
