"""Layer normalisation over the last axes."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.layer_norm import layer_norm


@keras.saving.register_keras_serializable(package="adapters")
class LayerNorm(layers.Layer):
    """Normalises over the last axes, whose sizes are `normalized_shape` (a number or a tuple)."""

    def __init__(self, normalized_shape, epsilon=1e-5, center=True, scale=True, **kwargs):
        super().__init__(**kwargs)
        self.normalized_shape = normalized_shape
        self.epsilon = epsilon
        self.center = center
        self.scale = scale

    def build(self, input_shape):
        shape = self.normalized_shape
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones") if self.scale else None
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros") if self.center else None

    def call(self, x):
        return layer_norm(x, self.normalized_shape, self.gamma, self.beta, self.epsilon)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "normalized_shape": self.normalized_shape, "epsilon": self.epsilon,
                "center": self.center, "scale": self.scale}
