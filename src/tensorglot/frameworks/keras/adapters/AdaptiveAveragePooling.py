"""Average pooling to a given output size."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.adaptive_avg_pool import adaptive_avg_pool


@keras.saving.register_keras_serializable(package="adapters")
class AdaptiveAveragePooling(layers.Layer):
    """Pools (N, S..., C) to `output_size`; None keeps an axis as it is."""

    def __init__(self, output_size, **kwargs):
        super().__init__(**kwargs)
        self.output_size = output_size

    def call(self, x):
        return adaptive_avg_pool(x, self.output_size)

    def get_config(self):
        return {**super().get_config(), "output_size": self.output_size}
