"""Moves channels into space."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.pixel_shuffle import pixel_shuffle


@keras.saving.register_keras_serializable(package="adapters")
class PixelShuffle(layers.Layer):
    """(N, H, W, C r r) to (N, H r, W r, C); the channel index is (c, row, column)."""

    def __init__(self, upscale_factor, **kwargs):
        super().__init__(**kwargs)
        self.upscale_factor = upscale_factor

    def call(self, x):
        return pixel_shuffle(x, self.upscale_factor)

    def get_config(self):
        return {**super().get_config(), "upscale_factor": self.upscale_factor}
