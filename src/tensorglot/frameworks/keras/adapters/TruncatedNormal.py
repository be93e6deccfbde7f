import math
import random

import keras
from keras import initializers, ops


@keras.saving.register_keras_serializable(package="adapters")
class TruncatedNormal(initializers.Initializer):
    """Normal distribution cut to [a, b], by inversion: bounds are values, not standard deviations as in Keras."""

    def __init__(self, mean=0.0, std=1.0, a=-2.0, b=2.0, seed=None):
        self.mean = mean
        self.std = std
        self.a = a
        self.b = b
        self.seed = seed
        self._drawn = random.randint(1, 10**9) if seed is None else seed

    def __call__(self, shape, dtype=None):
        low, high = (math.erf((bound - self.mean) / (self.std * math.sqrt(2.0))) for bound in (self.a, self.b))
        uniform = keras.random.uniform(shape, low, high, dtype=dtype, seed=self._drawn)
        values = self.mean + self.std * math.sqrt(2.0) * ops.erfinv(uniform)
        return ops.clip(values, self.a, self.b)

    def get_config(self):
        return {"mean": self.mean, "std": self.std, "a": self.a, "b": self.b, "seed": self.seed}
