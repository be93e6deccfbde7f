import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.digamma import digamma
from tensorglot.frameworks.keras.adapters.Distribution import Distribution
from tensorglot.frameworks.keras.adapters.lgamma import lgamma
from tensorglot.frameworks.keras.adapters.xlogy import xlogy


class Dirichlet(Distribution):
    """Dirichlet distribution over the last axis."""

    event_rank = 1

    def __init__(self, concentration):
        self.concentration = ops.convert_to_tensor(concentration)

    @property
    def total(self):
        return ops.sum(self.concentration, axis=-1, keepdims=True)

    @property
    def mean(self):
        return self.concentration / self.total

    @property
    def variance(self):
        return self.mean * (1 - self.mean) / (self.total + 1)

    def sample(self, sample_shape=()):
        """Vectors that add up to one."""
        shape = (*sample_shape, *ops.shape(self.concentration))
        drawn = keras.random.gamma(shape, self.concentration, dtype=self.concentration.dtype)
        return ops.stop_gradient(drawn / ops.sum(drawn, axis=-1, keepdims=True))

    def log_normalizer(self):
        return ops.sum(lgamma(self.concentration), axis=-1) - lgamma(self.total)[..., 0]

    def log_prob(self, value):
        return ops.sum(xlogy(self.concentration - 1, value), axis=-1) - self.log_normalizer()

    def entropy(self):
        size = self.concentration.shape[-1]
        shares = ops.sum((self.concentration - 1) * digamma(self.concentration), axis=-1)
        total = self.total[..., 0]
        return self.log_normalizer() - (size - total) * digamma(total) - shares

    def kl_divergence(self, other):
        logs = digamma(self.concentration) - digamma(self.total)
        difference = ops.sum((self.concentration - other.concentration) * logs, axis=-1)
        return other.log_normalizer() - self.log_normalizer() + difference
