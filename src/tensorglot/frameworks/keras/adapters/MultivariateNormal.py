import math

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.broadcast_tensors import broadcast_tensors
from tensorglot.frameworks.keras.adapters.Distribution import Distribution


class MultivariateNormal(Distribution):
    """Normal distribution of vectors, by their covariance or its Cholesky factor."""

    event_rank = 1

    def __init__(self, loc, covariance_matrix=None, scale_tril=None):
        factor = ops.cholesky(covariance_matrix) if scale_tril is None else scale_tril
        self.loc, _ = broadcast_tensors(loc, factor[..., 0])
        self.scale_tril = ops.broadcast_to(factor, (*ops.shape(self.loc), factor.shape[-1]))

    @property
    def mean(self):
        return self.loc

    mode = mean

    @property
    def variance(self):
        return ops.sum(ops.square(self.scale_tril), axis=-1)

    @property
    def half_log_det(self):
        return ops.sum(ops.log(ops.diagonal(self.scale_tril, axis1=-2, axis2=-1)), axis=-1)

    def rsample(self, sample_shape=()):
        """Draws with a gradient with respect to the parameters."""
        noise = keras.random.normal((*sample_shape, *ops.shape(self.loc)), dtype=self.loc.dtype)
        return self.loc + ops.sum(self.scale_tril * noise[..., None, :], axis=-1)

    def whitened(self, columns):
        """The inverse of the Cholesky factor times columns."""
        factor = ops.broadcast_to(self.scale_tril, (*ops.shape(columns)[:-1], columns.shape[-2]))
        return ops.solve_triangular(factor, columns, lower=True)

    def log_prob(self, value):
        distance = ops.sum(ops.square(self.whitened((value - self.loc)[..., None])[..., 0]), axis=-1)
        return -0.5 * (self.loc.shape[-1] * math.log(2 * math.pi) + distance) - self.half_log_det

    def entropy(self):
        return 0.5 * self.loc.shape[-1] * (1 + math.log(2 * math.pi)) + self.half_log_det

    def kl_divergence(self, other):
        distance = ops.sum(ops.square(other.whitened((self.loc - other.loc)[..., None])), axis=(-2, -1))
        trace = ops.sum(ops.square(other.whitened(self.scale_tril)), axis=(-2, -1))
        return other.half_log_det - self.half_log_det + 0.5 * (trace + distance - self.loc.shape[-1])
