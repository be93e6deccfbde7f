"""Padding of the spatial axes with any mode."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.pad_pairs import pad_pairs
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


@keras.saving.register_keras_serializable(package="adapters")
class SpatialPadding(layers.Layer):
    """Pads (N, S..., C); `padding` as in `pad_pairs`, `mode` as in `spatial_pad`."""

    def __init__(self, padding, mode="constant", value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.mode = mode
        self.value = value

    def call(self, x):
        padding = pad_pairs(self.padding, len(x.shape) - 2)
        return spatial_pad(x, padding, self.mode, self.value)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding, "mode": self.mode, "value": self.value}
