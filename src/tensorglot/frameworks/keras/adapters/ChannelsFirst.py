"""Runs a channels-last layer on channels-first tensors."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.channels_first import channels_first
from tensorglot.frameworks.keras.adapters.channels_last import channels_last


@keras.saving.register_keras_serializable(package="adapters")
class ChannelsFirst(layers.Layer):
    """`layer`, which takes (N, S..., C), for tensors (N, C, S...); its other attributes are those of `layer`."""

    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def __getattr__(self, name):
        held = {**self.__dict__, **self.__dict__.get("_modules", {})}
        if name in held:
            return held[name]
        if name.startswith("_") or "layer" not in held:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(held["layer"], name)

    def build(self, input_shape):
        if not self.layer.built:
            batch, channels, *sizes = input_shape
            self.layer.build((batch, *sizes, channels))

    def call(self, x, *args, **kwargs):
        if kwargs.get("output_size") is not None and len(kwargs["output_size"]) == len(x.shape):
            batch, channels, *sizes = kwargs["output_size"]
            kwargs["output_size"] = (batch, *sizes, channels)
        return channels_first(self.layer(channels_last(x), *(channels_last(a) for a in args), **kwargs))

    def get_config(self):
        return {**super().get_config(), "layer": keras.saving.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "layer": keras.saving.deserialize_keras_object(config["layer"])})
