"""Runs a channels-last layer on channels-first tensors."""

import keras

from tensorglot.frameworks.keras.adapters.channels_first import channels_first
from tensorglot.frameworks.keras.adapters.channels_last import channels_last
from tensorglot.frameworks.keras.adapters.Transparent import Transparent


@keras.saving.register_keras_serializable(package="adapters")
class ChannelsFirst(Transparent):
    """`layer`, which takes (N, S..., C), for tensors (N, C, S...); its other attributes are those of `layer`."""

    def build(self, input_shape):
        batch, channels, *sizes = input_shape
        super().build((batch, *sizes, channels))

    def call(self, x, *args, **kwargs):
        if kwargs.get("output_size") is not None and len(kwargs["output_size"]) == len(x.shape):
            batch, channels, *sizes = kwargs["output_size"]
            kwargs["output_size"] = (batch, *sizes, channels)
        return channels_first(self.layer(channels_last(x), *(channels_last(a) for a in args), **kwargs))
