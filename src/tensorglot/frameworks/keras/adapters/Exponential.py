import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class Exponential(Distribution):
    """Exponential distribution of every element."""

    def __init__(self, rate):
        (self.rate,) = broadcast_parameters(rate)

    @property
    def mean(self):
        return 1 / self.rate

    stddev = mean

    @property
    def mode(self):
        return ops.zeros_like(self.rate)

    @property
    def variance(self):
        return 1 / ops.square(self.rate)

    def rsample(self, sample_shape=()):
        """Draws with a gradient with respect to the rate."""
        u = keras.random.uniform((*sample_shape, *ops.shape(self.rate)), dtype=self.rate.dtype)
        return -ops.log1p(-u) / self.rate

    def log_prob(self, value):
        return ops.log(self.rate) - self.rate * value

    def entropy(self):
        return 1 - ops.log(self.rate)

    def kl_divergence(self, other):
        ratio = other.rate / self.rate
        return ratio - ops.log(ratio) - 1
