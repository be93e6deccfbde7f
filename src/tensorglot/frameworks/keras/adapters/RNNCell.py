import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.RecurrentCell import RecurrentCell


@keras.saving.register_keras_serializable(package="adapters")
class RNNCell(RecurrentCell):
    """One step of a simple RNN (`nonlinearity` tanh or relu) with torch's call: `h = cell(input, h0)`."""

    def __init__(self, hidden_size, use_bias=True, nonlinearity="tanh", **kwargs):
        self.nonlinearity = nonlinearity
        super().__init__(hidden_size, use_bias, **kwargs)

    def make_cell(self):
        return layers.SimpleRNNCell(self.hidden_size, activation=self.nonlinearity, use_bias=self.use_bias)
