"""Power-average pooling."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.lp_pool import lp_pool


@keras.saving.register_keras_serializable(package="adapters")
class LPPooling(layers.Layer):
    """The p-norm over each window of (N, S..., C)."""

    def __init__(self, norm_type, pool_size, strides=None, ceil_mode=False, **kwargs):
        super().__init__(**kwargs)
        self.norm_type = norm_type
        self.pool_size = pool_size
        self.strides = strides
        self.ceil_mode = ceil_mode

    def call(self, x):
        return lp_pool(x, self.norm_type, self.pool_size, self.strides, self.ceil_mode)

    def get_config(self):
        return {**super().get_config(), "norm_type": self.norm_type, "pool_size": self.pool_size,
                "strides": self.strides, "ceil_mode": self.ceil_mode}
