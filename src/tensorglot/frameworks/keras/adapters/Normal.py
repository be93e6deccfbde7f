import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class Normal(Distribution):
    """Normal distribution of every element."""

    def __init__(self, loc, scale):
        self.loc, self.scale = broadcast_parameters(loc, scale)

    @property
    def mean(self):
        return self.loc

    mode = mean

    @property
    def stddev(self):
        return self.scale

    @property
    def variance(self):
        return ops.square(self.scale)

    def rsample(self, sample_shape=()):
        """Draws with a gradient with respect to the parameters."""
        noise = keras.random.normal((*sample_shape, *ops.shape(self.loc)), dtype=self.loc.dtype)
        return self.loc + noise * self.scale

    def log_prob(self, value):
        return -ops.square((value - self.loc) / self.scale) / 2 - ops.log(self.scale) - math.log(2 * math.pi) / 2

    def cdf(self, value):
        return 0.5 * (1 + ops.erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def entropy(self):
        return 0.5 + 0.5 * math.log(2 * math.pi) + ops.log(self.scale)

    def kl_divergence(self, other):
        ratio = ops.square(self.scale / other.scale)
        return 0.5 * (ratio + ops.square((self.loc - other.loc) / other.scale) - 1 - ops.log(ratio))
