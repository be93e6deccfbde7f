"""Threshold."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class Threshold(layers.Layer):
    """x where it exceeds `threshold`, else `value`."""

    def __init__(self, threshold, value, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold
        self.value = value

    def call(self, x):
        return ops.where(x > self.threshold, x, ops.cast(self.value, x.dtype))

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold, "value": self.value}
