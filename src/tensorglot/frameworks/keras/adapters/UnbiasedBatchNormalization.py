"""Batch normalisation whose running variance is unbiased."""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class UnbiasedBatchNormalization(layers.Layer):
    """Normalises (..., C) per channel; `moving_variance` averages the batches' variances times n / (n - 1).

    `momentum` None weighs all batches alike; `track_running_stats=False` uses the batch's statistics always.
    """

    def __init__(self, momentum=0.9, epsilon=1e-5, center=True, scale=True, track_running_stats=True, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.track_running_stats = track_running_stats

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones") if self.scale else None
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros") if self.center else None
        if self.track_running_stats:
            self.moving_mean = self.add_weight(name="moving_mean", shape=shape, initializer="zeros", trainable=False)
            self.moving_variance = self.add_weight(
                name="moving_variance", shape=shape, initializer="ones", trainable=False)
            if self.momentum is None:
                self.num_batches_tracked = self.add_weight(
                    name="num_batches_tracked", shape=(), initializer="zeros", trainable=False)

    def call(self, x, training=None):
        if training or not self.track_running_stats:
            mean, variance = ops.moments(x, axes=list(range(len(x.shape) - 1)))
            if training and self.track_running_stats:
                self._track(mean, variance, ops.shape(x))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        y = (x - mean) * ops.rsqrt(variance + self.epsilon)
        y = y if self.gamma is None else y * self.gamma
        return y if self.beta is None else y + self.beta

    def _track(self, mean, variance, shape):
        count = ops.cast(math.prod(shape[:-1]), variance.dtype)
        keep = self.momentum
        if keep is None:
            self.num_batches_tracked.assign_add(1.0)
            keep = 1 - 1 / self.num_batches_tracked
        for average, value in ((self.moving_mean, mean), (self.moving_variance, variance * count / (count - 1))):
            average.assign(average * keep + value * (1 - keep))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon, "center": self.center,
                "scale": self.scale, "track_running_stats": self.track_running_stats}
