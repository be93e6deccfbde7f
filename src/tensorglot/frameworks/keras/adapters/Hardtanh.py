"""Limits values to a range."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class Hardtanh(layers.Layer):
    """Limits values to a range."""

    def __init__(self, min_val=-1.0, max_val=1.0, **kwargs):
        super().__init__(**kwargs)
        self.min_val = min_val
        self.max_val = max_val

    def call(self, x):
        return ops.clip(x, self.min_val, self.max_val)

    def get_config(self):
        return {**super().get_config(), "min_val": self.min_val, "max_val": self.max_val}
