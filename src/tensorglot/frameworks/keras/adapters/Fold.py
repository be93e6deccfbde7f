"""Adds sliding blocks up to an image."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.fold_blocks import fold_blocks


@keras.saving.register_keras_serializable(package="adapters")
class Fold(layers.Layer):
    """(N, C K, L) to (N, C, H, W)."""

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def call(self, x):
        return fold_blocks(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def get_config(self):
        return {**super().get_config(), "output_size": self.output_size, "kernel_size": self.kernel_size,
                "dilation": self.dilation, "padding": self.padding, "stride": self.stride}
