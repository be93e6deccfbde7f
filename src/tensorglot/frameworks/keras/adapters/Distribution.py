from keras import ops


class Distribution:
    """What the distributions share. `event_rank` is the number of last axes that one draw has."""

    event_rank = 0

    def sample(self, sample_shape=()):
        """Draws without a gradient."""
        return ops.stop_gradient(self.rsample(sample_shape))

    @property
    def stddev(self):
        return ops.sqrt(self.variance)
