import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.ProjectedLSTMCell import ProjectedLSTMCell
from tensorglot.frameworks.keras.adapters.RecurrentStack import RecurrentStack


@keras.saving.register_keras_serializable(package="adapters")
class LSTM(RecurrentStack):
    """Stacked LSTM with torch's call: `output, (h, c) = lstm(input, (h0, c0))`; see `RecurrentStack`."""

    def __init__(self, hidden_size, num_layers=1, use_bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, **kwargs):
        self.proj_size = proj_size
        super().__init__(hidden_size, num_layers, use_bias, batch_first, dropout, bidirectional, **kwargs)

    def make_layer(self, go_backwards):
        options = dict(return_sequences=True, return_state=True, go_backwards=go_backwards)
        if self.proj_size:
            return layers.RNN(ProjectedLSTMCell(self.hidden_size, self.proj_size, self.use_bias), **options)
        return layers.LSTM(self.hidden_size, use_bias=self.use_bias, **options)
