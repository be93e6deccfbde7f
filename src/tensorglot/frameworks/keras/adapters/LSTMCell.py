import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.RecurrentCell import RecurrentCell


@keras.saving.register_keras_serializable(package="adapters")
class LSTMCell(RecurrentCell):
    """One LSTM step with torch's call: `h, c = cell(input, (h0, c0))`."""

    def make_cell(self):
        return layers.LSTMCell(self.hidden_size, use_bias=self.use_bias)
