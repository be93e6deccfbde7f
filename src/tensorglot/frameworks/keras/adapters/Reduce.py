"""einops.reduce as a layer."""

import einops
import keras
from keras import layers


@keras.saving.register_keras_serializable(package="adapters")
class Reduce(layers.Layer):
    """Reduces axes by an einops `pattern` and a `reduction` (min, max, sum, mean, prod)."""

    def __init__(self, pattern, reduction, name=None, trainable=True, dtype=None, **axes_lengths):
        super().__init__(name=name, trainable=trainable, dtype=dtype)
        self.pattern = pattern
        self.reduction = reduction
        self.axes_lengths = axes_lengths

    def call(self, x):
        return einops.reduce(x, self.pattern, self.reduction, **self.axes_lengths)

    def get_config(self):
        return {**super().get_config(), "pattern": self.pattern, "reduction": self.reduction, **self.axes_lengths}
