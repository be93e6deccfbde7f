"""Spectral normalisation of a layer (Miyato et al. 2018, arXiv:1802.05957)."""

import math

import keras
from keras import initializers, layers, ops

from tensorglot.frameworks.keras.adapters.ComputedKernel import ComputedKernel
from tensorglot.frameworks.keras.adapters.normalize import normalize


@keras.saving.register_keras_serializable(package="adapters")
class SpectralNorm(ComputedKernel):
    """`layer` with its kernel divided by u W v, an estimate of the largest singular value of W.

    W is the kernel as a matrix: `axis` (None: that of the outputs) by all others. A call in training mode improves the
    unit vectors `u` and `v` by `power_iterations`, each of which begins with v = u W, or (`start` "v") with u = W v.
    """

    def __init__(self, layer, power_iterations=1, epsilon=1e-12, axis=None, start="u", **kwargs):
        if axis is None:
            inner = getattr(layer, "layer", layer)  # the layer may be wrapped itself
            transposed = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
            axis = -2 if isinstance(inner, transposed) else -1
        super().__init__(layer, axis, **kwargs)
        self.power_iterations = power_iterations
        self.epsilon = epsilon
        self.start = start

    def build(self, input_shape=None):
        super().build(input_shape)
        kernel, kept = self.layer.kernel, self.axes()
        rows = math.prod(kernel.shape[i] for i in kept)
        columns = math.prod(kernel.shape) // rows
        self.u = self.add_weight(name="u", shape=(rows,), initializer=self.first_u, trainable=False)
        self.v = self.add_weight(name="v", shape=(columns,), initializer=self.first_v, trainable=False)

    def first_u(self, shape, dtype=None):
        """u after some iterations from a random vector."""
        u, matrix = initializers.RandomNormal()(shape, dtype), self.matrix()
        for _ in range(15):
            u = self.unit(ops.matmul(matrix, self.unit(ops.matmul(u, matrix))))
        return u

    def first_v(self, shape, dtype=None):
        """The v that goes with u."""
        return self.unit(ops.matmul(self.u, self.matrix()))

    def matrix(self):
        """W."""
        kernel, kept = self.layer.kernel, self.axes()
        order = [*kept, *(i for i in range(len(kernel.shape)) if i not in kept)]
        rows = math.prod(kernel.shape[i] for i in kept)
        return ops.reshape(ops.transpose(kernel, order), (rows, -1))

    def unit(self, vector):
        return normalize(vector, axis=0, eps=self.epsilon)

    def improve(self):
        """Power iterations."""
        u, v, matrix = self.u, self.v, ops.stop_gradient(self.matrix())
        for _ in range(self.power_iterations):
            if self.start == "u":
                v = self.unit(ops.matmul(u, matrix))
            u = self.unit(ops.matmul(matrix, v))
            if self.start == "v":
                v = self.unit(ops.matmul(u, matrix))
        self.u.assign(u)
        self.v.assign(v)

    def computed(self):
        return self.layer.kernel / ops.dot(self.u, ops.matmul(self.matrix(), self.v))

    def call(self, inputs, training=False, **kwargs):
        if training and not self.folded:
            self.improve()
        return super().call(inputs, **kwargs)

    def get_config(self):
        return {**super().get_config(), "power_iterations": self.power_iterations, "epsilon": self.epsilon,
                "start": self.start}
