from keras import ops

from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class Independent(Distribution):
    """A distribution of which the last axes of a batch are one event: log-probabilities are summed over them."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims):
        self.base_dist = base_distribution
        self.summed = list(range(-reinterpreted_batch_ndims, 0))
        self.event_rank = base_distribution.event_rank + reinterpreted_batch_ndims

    @property
    def mean(self):
        return self.base_dist.mean

    @property
    def mode(self):
        return self.base_dist.mode

    @property
    def variance(self):
        return self.base_dist.variance

    def sample(self, sample_shape=()):
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        return self.total(self.base_dist.log_prob(value))

    def entropy(self):
        return self.total(self.base_dist.entropy())

    def kl_divergence(self, other):
        return self.total(self.base_dist.kl_divergence(other.base_dist))

    def total(self, x):
        """The sum over the axes of one event."""
        return ops.sum(x, axis=self.summed) if self.summed else x
