"""Instance normalisation with running statistics."""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class InstanceNorm(layers.Layer):
    """Normalises (N, S..., C) per sample and channel; outside training with running statistics, if they are kept."""

    def __init__(self, momentum=0.9, epsilon=1e-5, center=False, scale=False, track_running_stats=False, **kwargs):
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

    def call(self, x, training=None):
        if training or not self.track_running_stats:
            mean, variance = ops.moments(x, axes=list(range(1, len(x.shape) - 1)), keepdims=True)
            if training and self.track_running_stats:
                count = ops.cast(math.prod(ops.shape(x)[1:-1]), variance.dtype)
                self._track(mean, variance * count / (count - 1))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        y = (x - mean) * ops.rsqrt(variance + self.epsilon)
        y = y if self.gamma is None else y * self.gamma
        return y if self.beta is None else y + self.beta

    def _track(self, mean, variance):
        for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            value = ops.mean(ops.reshape(value, (-1, average.shape[0])), axis=0)
            average.assign(average * self.momentum + value * (1 - self.momentum))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon, "center": self.center,
                "scale": self.scale, "track_running_stats": self.track_running_stats}
