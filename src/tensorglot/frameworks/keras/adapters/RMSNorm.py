"""Root-mean-square normalisation over the last axes."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.rms_norm import rms_norm


@keras.saving.register_keras_serializable(package="adapters")
class RMSNorm(layers.Layer):
    """Divides by the root mean square over the last axes, whose sizes are `normalized_shape` (a number or a tuple)."""

    def __init__(self, normalized_shape, epsilon=None, use_scale=True, **kwargs):
        super().__init__(**kwargs)
        self.normalized_shape = normalized_shape
        self.epsilon = epsilon
        self.use_scale = use_scale

    def build(self, input_shape):
        shape = self.normalized_shape
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones") if self.use_scale else None

    def call(self, x):
        return rms_norm(x, self.normalized_shape, self.scale, self.epsilon)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "normalized_shape": self.normalized_shape, "epsilon": self.epsilon,
                "use_scale": self.use_scale}
