import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Distribution import Distribution
from tensorglot.frameworks.keras.adapters.dtype_limits import dtype_limits


class Laplace(Distribution):
    """Laplace distribution of every element."""

    def __init__(self, loc, scale):
        self.loc, self.scale = broadcast_parameters(loc, scale)

    @property
    def mean(self):
        return self.loc

    mode = mean

    @property
    def stddev(self):
        return math.sqrt(2) * self.scale

    @property
    def variance(self):
        return 2 * ops.square(self.scale)

    def rsample(self, sample_shape=()):
        """Draws with a gradient with respect to the parameters."""
        low = float(dtype_limits(self.loc.dtype).eps) - 1
        u = keras.random.uniform((*sample_shape, *ops.shape(self.loc)), low, 1.0, dtype=self.loc.dtype)
        return self.loc - self.scale * ops.sign(u) * ops.log1p(-ops.abs(u))

    def log_prob(self, value):
        return -ops.log(2 * self.scale) - ops.abs(value - self.loc) / self.scale

    def entropy(self):
        return 1 + ops.log(2 * self.scale)

    def kl_divergence(self, other):
        ratio, distance = self.scale / other.scale, ops.abs(self.loc - other.loc)
        return distance / other.scale + ratio * ops.exp(-distance / self.scale) - ops.log(ratio) - 1
