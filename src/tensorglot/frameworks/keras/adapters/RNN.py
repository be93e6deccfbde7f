import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.RecurrentStack import RecurrentStack


@keras.saving.register_keras_serializable(package="adapters")
class RNN(RecurrentStack):
    """Stacked simple RNN (`nonlinearity` tanh or relu) with torch's call: `output, h = rnn(input, h0)`."""

    def __init__(self, hidden_size, num_layers=1, nonlinearity="tanh", use_bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, **kwargs):
        self.nonlinearity = nonlinearity
        super().__init__(hidden_size, num_layers, use_bias, batch_first, dropout, bidirectional, **kwargs)

    def make_layer(self, go_backwards):
        return layers.SimpleRNN(self.hidden_size, activation=self.nonlinearity, use_bias=self.use_bias,
                                return_sequences=True, return_state=True, go_backwards=go_backwards)
