"""Interleaves groups of channels."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.channel_shuffle import channel_shuffle


@keras.saving.register_keras_serializable(package="adapters")
class ChannelShuffle(layers.Layer):
    """(..., (g c)) to (..., (c g))."""

    def __init__(self, groups, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups

    def call(self, x):
        return channel_shuffle(x, self.groups)

    def get_config(self):
        return {**super().get_config(), "groups": self.groups}
