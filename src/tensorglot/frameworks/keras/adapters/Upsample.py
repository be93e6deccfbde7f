"""Resizing of the spatial axes."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.interpolate import interpolate


@keras.saving.register_keras_serializable(package="adapters")
class Upsample(layers.Layer):
    """Resizes (N, S..., C) to `size` or by `scale_factor`. See `interpolate`."""

    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None,
                 recompute_scale_factor=None, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def call(self, x):
        return interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "scale_factor": self.scale_factor, "mode": self.mode,
                "align_corners": self.align_corners, "recompute_scale_factor": self.recompute_scale_factor}
