"""Hard shrinkage."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class Hardshrink(layers.Layer):
    """Sets values between -lambd and lambd to zero."""

    def __init__(self, lambd=0.5, **kwargs):
        super().__init__(**kwargs)
        self.lambd = lambd

    def call(self, x):
        return ops.hard_shrink(x, self.lambd)

    def get_config(self):
        return {**super().get_config(), "lambd": self.lambd}
