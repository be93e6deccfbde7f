import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class Uniform(Distribution):
    """Uniform distribution of every element, over [low, high)."""

    def __init__(self, low, high):
        self.low, self.high = broadcast_parameters(low, high)

    @property
    def mean(self):
        return (self.high + self.low) / 2

    @property
    def stddev(self):
        return (self.high - self.low) / math.sqrt(12)

    @property
    def variance(self):
        return ops.square(self.high - self.low) / 12

    def rsample(self, sample_shape=()):
        """Draws with a gradient with respect to the parameters."""
        u = keras.random.uniform((*sample_shape, *ops.shape(self.low)), dtype=self.low.dtype)
        return self.low + u * (self.high - self.low)

    def log_prob(self, value):
        inside = ops.logical_and(self.low <= value, value < self.high)
        return ops.where(inside, 0.0, -math.inf) - ops.log(self.high - self.low)

    def entropy(self):
        return ops.log(self.high - self.low)

    def kl_divergence(self, other):
        inside = ops.logical_and(other.low <= self.low, self.high <= other.high)
        return ops.where(inside, ops.log((other.high - other.low) / (self.high - self.low)), math.inf)
