"""Recurrent layers and cells, packed sequences.

Every recurrent layer has rule `any`: it takes the source's axis order, told by `batch_first`. Results nest as in torch:
`output, (h, c)` for the LSTM, `output, h` for the others. Weights are converted by `weights/layer_rules.py`.
"""

from tensorglot.catalog.registry import function, layer

#: What code reads off a recurrent layer. The size of the input is known to Keras only once the layer was called.
_CELL_ATTRIBUTES = ("units: torch hidden_size, keras hidden_size; bias: torch bias, keras use_bias; "
                    "I: torch input_size")
_ATTRIBUTES = _CELL_ATTRIBUTES + "".join(f"; {name}: torch {name}, keras {name}" for name in
                                         ("num_layers", "batch_first", "dropout", "bidirectional"))

_STATE = "h0, c0 (layers * directions, N, units)"

layer("lstm", "any", convert="lstm", attributes=_ATTRIBUTES,
      note=f"initial and final states: {_STATE}; gate order i, f, g, o in both",
      torch="nn.LSTM(input_size: I, hidden_size: units, num_layers: depth = 1, bias: bias = True, "
            "batch_first: batch_first = False, dropout: dropout = 0.0, bidirectional: bidirectional = False, "
            "proj_size: proj_size = 0, device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.LSTM(hidden_size: units, num_layers: depth = 1, use_bias: bias = True, "
            "batch_first: batch_first = False, dropout: dropout = 0.0, bidirectional: bidirectional = False, "
            "proj_size: proj_size = 0)",
      call_keras="(input: x, hx: state = None)")

layer("gru", "any", convert="gru", attributes=_ATTRIBUTES,
      note="reset gate after the product, two biases; torch r, z, n, Keras z, r, n",
      torch="nn.GRU(input_size: I, hidden_size: units, num_layers: depth = 1, bias: bias = True, "
            "batch_first: batch_first = False, dropout: dropout = 0.0, bidirectional: bidirectional = False, "
            "device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.GRU(hidden_size: units, num_layers: depth = 1, use_bias: bias = True, "
            "batch_first: batch_first = False, dropout: dropout = 0.0, bidirectional: bidirectional = False)",
      call_keras="(input: x, hx: state = None)")

layer("rnn", "any", convert="rnn", attributes=_ATTRIBUTES,
      torch="nn.RNN(input_size: I, hidden_size: units, num_layers: depth = 1, nonlinearity: act = 'tanh', "
            "bias: bias = True, batch_first: batch_first = False, dropout: dropout = 0.0, "
            "bidirectional: bidirectional = False, device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.RNN(hidden_size: units, num_layers: depth = 1, nonlinearity: act = 'tanh', "
            "use_bias: bias = True, batch_first: batch_first = False, dropout: dropout = 0.0, "
            "bidirectional: bidirectional = False)",
      call_keras="(input: x, hx: state = None)")

layer("lstm_cell", "any", convert="lstm_cell", attributes=_CELL_ATTRIBUTES,
      torch="nn.LSTMCell(input_size: I, hidden_size: units, bias: bias = True, device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.LSTMCell(hidden_size: units, use_bias: bias = True)",
      call_keras="(input: x, hx: state = None)")

layer("gru_cell", "any", convert="gru_cell", attributes=_CELL_ATTRIBUTES,
      torch="nn.GRUCell(input_size: I, hidden_size: units, bias: bias = True, device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.GRUCell(hidden_size: units, use_bias: bias = True)",
      call_keras="(input: x, hx: state = None)")

layer("rnn_cell", "any", convert="rnn_cell", attributes=_CELL_ATTRIBUTES,
      torch="nn.RNNCell(input_size: I, hidden_size: units, bias: bias = True, nonlinearity: act = 'tanh', "
            "device: _ = None, dtype: _ = None)",
      call_torch="(input: x, hx: state = None)",
      keras="adapters.RNNCell(hidden_size: units, use_bias: bias = True, nonlinearity: act = 'tanh')",
      call_keras="(input: x, hx: state = None)")

function("pack_padded_sequence", "any", note="the packed value keeps the padding; torch's fields are computed from it",
         torch="nn.utils.rnn.pack_padded_sequence(input: x, lengths: lengths, batch_first: batch_first = False, "
               "enforce_sorted: _ = True)",
         keras="adapters.pack_padded_sequence(input: x, lengths: lengths, batch_first: batch_first = False)")

function("pad_packed_sequence", "any",
         torch="nn.utils.rnn.pad_packed_sequence(sequence: x, batch_first: batch_first = False, "
               "padding_value: padding = 0.0, total_length: length = None)",
         keras="adapters.pad_packed_sequence(sequence: x, batch_first: batch_first = False, "
               "padding_value: padding = 0.0, total_length: length = None)")

function("pad_sequence", "any",
         torch="nn.utils.rnn.pad_sequence(sequences: xs, batch_first: batch_first = False, "
               "padding_value: padding = 0.0, padding_side: side = 'right')",
         keras="adapters.pad_sequence(sequences: xs, batch_first: batch_first = False, "
               "padding_value: padding = 0.0, padding_side: side = 'right')")

# Known, so that the diagnostic can say so: a list of unequal tensors has no padded form before its lengths are known.
function("pack_sequence", "any",
         torch="nn.utils.rnn.pack_sequence(sequences: xs, enforce_sorted: _ = True)")
function("unpack_sequence", "any", torch="nn.utils.rnn.unpack_sequence(packed_sequences: x)")
function("unpad_sequence", "any",
         torch="nn.utils.rnn.unpad_sequence(padded_sequences: x, lengths: lengths, batch_first: batch_first = False)")
