"""Alpha dropout of whole channels."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.feature_alpha_dropout import feature_alpha_dropout


@keras.saving.register_keras_serializable(package="adapters")
class FeatureAlphaDropout(layers.Layer):
    """Drops channels of (N, S..., C) and keeps mean and variance."""

    def __init__(self, rate=0.5, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate

    def call(self, x, training=None):
        return feature_alpha_dropout(x, self.rate, training)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
