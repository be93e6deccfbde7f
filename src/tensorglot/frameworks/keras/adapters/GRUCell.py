import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.RecurrentCell import RecurrentCell


@keras.saving.register_keras_serializable(package="adapters")
class GRUCell(RecurrentCell):
    """One GRU step with torch's call: `h = cell(input, h0)`."""

    def make_cell(self):
        return layers.GRUCell(self.hidden_size, use_bias=self.use_bias, reset_after=True)
