import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_parameters import broadcast_parameters
from tensorglot.frameworks.keras.adapters.Distribution import Distribution
from tensorglot.frameworks.keras.adapters.dtype_limits import dtype_limits


class Bernoulli(Distribution):
    """Bernoulli distribution of every element, by its probabilities or their log-odds."""

    def __init__(self, probs=None, logits=None):
        if logits is None:
            (self.probs,) = broadcast_parameters(probs)
            eps = float(dtype_limits(self.probs.dtype).eps)
            inside = ops.clip(self.probs, eps, 1 - eps)
            self.logits = ops.log(inside) - ops.log1p(-inside)
        else:
            (self.logits,) = broadcast_parameters(logits)
            self.probs = ops.sigmoid(self.logits)

    @property
    def mean(self):
        return self.probs

    @property
    def mode(self):
        ones = ops.cast(self.probs >= 0.5, self.probs.dtype)
        return ops.where(self.probs == 0.5, math.nan, ones)

    @property
    def variance(self):
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape=()):
        """Zeros and ones."""
        u = keras.random.uniform((*sample_shape, *ops.shape(self.probs)), dtype=self.probs.dtype)
        return ops.cast(u < self.probs, self.probs.dtype)

    def log_prob(self, value):
        return ops.cast(value, self.logits.dtype) * self.logits - ops.softplus(self.logits)

    def entropy(self):
        return ops.softplus(self.logits) - self.probs * self.logits

    def kl_divergence(self, other):
        difference = self.probs * (self.logits - other.logits)
        return difference + ops.softplus(other.logits) - ops.softplus(self.logits)
