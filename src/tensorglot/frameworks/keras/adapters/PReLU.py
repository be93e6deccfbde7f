"""Leaky rectifier with learned slopes."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class PReLU(layers.Layer):
    """One slope for all negative values (`num_parameters` 1) or one for each channel of (..., C)."""

    def __init__(self, num_parameters=1, init=0.25, **kwargs):
        super().__init__(**kwargs)
        self.num_parameters = num_parameters
        self.init = init

    def build(self, input_shape):
        initializer = keras.initializers.Constant(self.init)
        self.alpha = self.add_weight(name="alpha", shape=(self.num_parameters,), initializer=initializer)

    def call(self, x):
        return ops.where(x > 0, x, x * self.alpha)

    def get_config(self):
        return {**super().get_config(), "num_parameters": self.num_parameters, "init": self.init}
