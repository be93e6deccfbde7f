from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Dirichlet import Dirichlet
from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class Beta(Distribution):
    """Beta distribution of every element: a Dirichlet distribution over two."""

    def __init__(self, concentration1, concentration0):
        self.concentration1, self.concentration0 = broadcast_parameters(concentration1, concentration0)
        self.pair = Dirichlet(ops.stack([self.concentration1, self.concentration0], axis=-1))

    @property
    def mean(self):
        return self.pair.mean[..., 0]

    @property
    def mode(self):
        return (self.concentration1 - 1) / (self.concentration1 + self.concentration0 - 2)

    @property
    def variance(self):
        return self.pair.variance[..., 0]

    def sample(self, sample_shape=()):
        """Numbers between zero and one."""
        return self.pair.sample(sample_shape)[..., 0]

    def log_prob(self, value):
        return self.pair.log_prob(ops.stack([value, 1 - value], axis=-1))

    def entropy(self):
        return self.pair.entropy()

    def kl_divergence(self, other):
        return self.pair.kl_divergence(other.pair)
