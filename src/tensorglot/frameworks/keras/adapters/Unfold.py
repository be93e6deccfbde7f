"""Cuts an image into sliding blocks."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.unfold_blocks import unfold_blocks


@keras.saving.register_keras_serializable(package="adapters")
class Unfold(layers.Layer):
    """(N, C, H, W) to (N, C K, L), K the elements of a block and L the blocks."""

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def call(self, x):
        return unfold_blocks(x, self.kernel_size, self.dilation, self.padding, self.stride)

    def get_config(self):
        return {**super().get_config(), "kernel_size": self.kernel_size, "dilation": self.dilation,
                "padding": self.padding, "stride": self.stride}
