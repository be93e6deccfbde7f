"""Average pooling with padding, rounding up and a choice of divisor."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.avg_pool import avg_pool


@keras.saving.register_keras_serializable(package="adapters")
class PaddedAveragePooling(layers.Layer):
    """Pools the spatial axes of (N, S..., C). See `avg_pool`."""

    def __init__(self, pool_size, strides=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None, **kwargs):
        super().__init__(**kwargs)
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def call(self, x):
        return avg_pool(x, self.pool_size, self.strides, self.padding, self.ceil_mode, self.count_include_pad,
                        self.divisor_override)

    def get_config(self):
        return {**super().get_config(), "pool_size": self.pool_size, "strides": self.strides,
                "padding": self.padding, "ceil_mode": self.ceil_mode,
                "count_include_pad": self.count_include_pad, "divisor_override": self.divisor_override}
