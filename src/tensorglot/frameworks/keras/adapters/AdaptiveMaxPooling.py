"""Max pooling to a given output size."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.adaptive_max_pool import adaptive_max_pool


@keras.saving.register_keras_serializable(package="adapters")
class AdaptiveMaxPooling(layers.Layer):
    """Pools (N, S..., C) to `output_size`; None keeps an axis as it is."""

    def __init__(self, output_size, return_indices=False, **kwargs):
        super().__init__(**kwargs)
        self.output_size = output_size
        self.return_indices = return_indices

    def call(self, x):
        return adaptive_max_pool(x, self.output_size, self.return_indices)

    def get_config(self):
        return {**super().get_config(), "output_size": self.output_size, "return_indices": self.return_indices}
