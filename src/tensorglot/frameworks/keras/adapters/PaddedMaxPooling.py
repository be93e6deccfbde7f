"""Max pooling with padding, dilation, rounding up, and the places of the maxima."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.max_pool import max_pool


@keras.saving.register_keras_serializable(package="adapters")
class PaddedMaxPooling(layers.Layer):
    """Pools the spatial axes of (N, S..., C); padding never wins. See `max_pool`."""

    def __init__(self, pool_size, strides=None, padding=0, dilation=1, ceil_mode=False, return_indices=False, **kwargs):
        super().__init__(**kwargs)
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        self.ceil_mode = ceil_mode
        self.return_indices = return_indices

    def call(self, x):
        return max_pool(x, self.pool_size, self.strides, self.padding, self.dilation, self.ceil_mode,
                        self.return_indices)

    def get_config(self):
        return {**super().get_config(), "pool_size": self.pool_size, "strides": self.strides,
                "padding": self.padding, "dilation": self.dilation, "ceil_mode": self.ceil_mode,
                "return_indices": self.return_indices}
