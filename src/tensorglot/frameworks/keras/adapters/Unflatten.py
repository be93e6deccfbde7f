"""Splits one axis into several."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.unflatten_axis import unflatten_axis


@keras.saving.register_keras_serializable(package="adapters")
class Unflatten(layers.Layer):
    """`shape` replaces the size of `axis`; one item may be -1."""

    def __init__(self, axis, shape, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.shape = shape

    def call(self, x):
        return unflatten_axis(x, self.axis, self.shape)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis, "shape": self.shape}
