from keras import ops

from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class MixtureSameFamily(Distribution):
    """Mixture of the distributions along the last batch axis of `component_distribution`."""

    def __init__(self, mixture_distribution, component_distribution):
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        self.event_rank = component_distribution.event_rank

    @property
    def mean(self):
        return self.mixed(self.component_distribution.mean)

    @property
    def variance(self):
        component = self.component_distribution
        between = ops.square(component.mean - ops.expand_dims(self.mean, -1 - self.event_rank))
        return self.mixed(component.variance) + self.mixed(between)

    def mixed(self, x):
        """The mean over the components."""
        probs = self.mixture_distribution.probs
        probs = ops.reshape(probs, (*ops.shape(probs), *[1] * self.event_rank))
        return ops.sum(probs * x, axis=-1 - self.event_rank)

    def sample(self, sample_shape=()):
        """Draws from every component, of which one is kept."""
        drawn = self.component_distribution.sample(sample_shape)
        chosen = ops.one_hot(self.mixture_distribution.sample(sample_shape), drawn.shape[-1 - self.event_rank])
        chosen = ops.reshape(chosen, (*ops.shape(chosen), *[1] * self.event_rank))
        return ops.sum(ops.cast(chosen, drawn.dtype) * drawn, axis=-1 - self.event_rank)

    def log_prob(self, x):
        x = ops.expand_dims(x, -1 - self.event_rank)
        return ops.logsumexp(self.component_distribution.log_prob(x) + self.mixture_distribution.logits, axis=-1)
