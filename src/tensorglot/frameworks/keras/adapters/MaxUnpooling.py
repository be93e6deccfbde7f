"""Puts values back to the places that max pooling took them from."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.max_unpool import max_unpool


@keras.saving.register_keras_serializable(package="adapters")
class MaxUnpooling(layers.Layer):
    """The rest of the output is zero. See `max_unpool`."""

    def __init__(self, pool_size, strides=None, padding=0, **kwargs):
        super().__init__(**kwargs)
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def call(self, x, indices, output_size=None):
        return max_unpool(x, indices, self.pool_size, self.strides, self.padding, output_size)

    def get_config(self):
        return {**super().get_config(), "pool_size": self.pool_size, "strides": self.strides, "padding": self.padding}
