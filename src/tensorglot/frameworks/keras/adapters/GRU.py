import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.RecurrentStack import RecurrentStack


@keras.saving.register_keras_serializable(package="adapters")
class GRU(RecurrentStack):
    """Stacked GRU with torch's call: `output, h = gru(input, h0)`; see `RecurrentStack`."""

    def make_layer(self, go_backwards):
        return layers.GRU(self.hidden_size, use_bias=self.use_bias, reset_after=True, return_sequences=True,
                          return_state=True, go_backwards=go_backwards)
