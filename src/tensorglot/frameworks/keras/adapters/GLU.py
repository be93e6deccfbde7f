"""Gated linear unit."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class GLU(layers.Layer):
    """The first half along `axis` times the sigmoid of the second."""

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, x):
        return ops.glu(x, axis=self.axis)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}
