"""Moves space into channels."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.pixel_unshuffle import pixel_unshuffle


@keras.saving.register_keras_serializable(package="adapters")
class PixelUnshuffle(layers.Layer):
    """(N, H r, W r, C) to (N, H, W, C r r); the channel index is (c, row, column)."""

    def __init__(self, downscale_factor, **kwargs):
        super().__init__(**kwargs)
        self.downscale_factor = downscale_factor

    def call(self, x):
        return pixel_unshuffle(x, self.downscale_factor)

    def get_config(self):
        return {**super().get_config(), "downscale_factor": self.downscale_factor}
