import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.Distribution import Distribution
from tensorglot.frameworks.keras.adapters.dtype_limits import dtype_limits


class Categorical(Distribution):
    """Distribution over indices of the last axis of `probs` or `logits`, which need not be normalised."""

    def __init__(self, probs=None, logits=None):
        if logits is None:
            self.probs = probs / ops.sum(probs, axis=-1, keepdims=True)
            eps = float(dtype_limits(self.probs.dtype).eps)
            self.logits = ops.log(ops.clip(self.probs, eps, 1 - eps))
        else:
            self.probs = ops.softmax(logits)
            self.logits = ops.log_softmax(logits)

    @property
    def mode(self):
        return ops.cast(ops.argmax(self.probs, axis=-1), "int64")

    def sample(self, sample_shape=()):
        """Indices."""
        *batch, classes = ops.shape(self.logits)
        drawn = keras.random.categorical(ops.reshape(self.logits, (-1, classes)), math.prod(sample_shape))
        return ops.cast(ops.reshape(ops.transpose(drawn), (*sample_shape, *batch)), "int64")

    def log_prob(self, value):
        indices = ops.arange(self.logits.shape[-1], dtype="int64")
        chosen = ops.expand_dims(ops.cast(value, "int64"), -1) == indices
        return ops.sum(ops.where(chosen, self.logits, 0.0), axis=-1)

    def entropy(self):
        return -ops.sum(self.probs * ops.where(self.probs > 0, self.logits, 0.0), axis=-1)

    def kl_divergence(self, other):
        difference = ops.where(self.probs > 0, self.logits - other.logits, 0.0)
        return ops.sum(self.probs * difference, axis=-1)
