"""einops.rearrange as a layer."""

import einops
import keras
from keras import layers


@keras.saving.register_keras_serializable(package="adapters")
class Rearrange(layers.Layer):
    """Reorders, splits and joins axes by an einops `pattern`."""

    def __init__(self, pattern, name=None, trainable=True, dtype=None, **axes_lengths):
        super().__init__(name=name, trainable=trainable, dtype=dtype)
        self.pattern = pattern
        self.axes_lengths = axes_lengths

    def call(self, x):
        return einops.rearrange(x, self.pattern, **self.axes_lengths)

    def get_config(self):
        return {**super().get_config(), "pattern": self.pattern, **self.axes_lengths}
