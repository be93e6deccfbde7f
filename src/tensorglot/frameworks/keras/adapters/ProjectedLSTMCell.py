import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class ProjectedLSTMCell(layers.Layer):
    """LSTM cell whose hidden state is projected to `proj_size` (Sak et al. 2014, https://arxiv.org/abs/1402.1128)."""

    def __init__(self, units, proj_size, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.proj_size = proj_size
        self.use_bias = use_bias
        self.state_size = [proj_size, units]
        self.output_size = proj_size

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.proj_size, 4 * self.units), name="recurrent_kernel")
        self.projection = self.add_weight(shape=(self.units, self.proj_size), name="projection")
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="bias")

    def call(self, inputs, states):
        hidden, carry = states
        z = ops.matmul(inputs, self.kernel) + ops.matmul(hidden, self.recurrent_kernel)
        if self.use_bias:
            z = z + self.bias
        i, f, g, o = ops.split(z, 4, axis=-1)
        carry = ops.sigmoid(f) * carry + ops.sigmoid(i) * ops.tanh(g)
        hidden = ops.matmul(ops.sigmoid(o) * ops.tanh(carry), self.projection)
        return hidden, [hidden, carry]
