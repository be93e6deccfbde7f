"""Bilinear form of two inputs."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class Bilinear(layers.Layer):
    """y[..., o] = x1[..., i] kernel[o, i, j] x2[..., j] + bias[o]."""

    def __init__(self, units, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.use_bias = use_bias

    def build(self, x1_shape, x2_shape):
        self.kernel = self.add_weight(name="kernel", shape=(self.units, x1_shape[-1], x2_shape[-1]))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros") if self.use_bias else None

    def call(self, x1, x2):
        y = ops.einsum("...i,oij,...j->...o", x1, self.kernel, x2)
        return y if self.bias is None else ops.add(y, self.bias)

    def get_config(self):
        return {**super().get_config(), "units": self.units, "use_bias": self.use_bias}
