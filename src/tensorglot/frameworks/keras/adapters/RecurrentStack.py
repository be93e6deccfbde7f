from keras import layers, ops

from tensorglot.frameworks.keras.adapters.PackedSequence import PackedSequence


class RecurrentStack(layers.Layer):
    """What LSTM, GRU and RNN share: a stack of one- or two-directional native layers with torch's call and results.

    Input (T, N, C), or (N, T, C) if `batch_first`, or (T, C), or a `PackedSequence`. Result: the outputs in the same
    order with the directions side by side, and the final states (num_layers * directions, N, units).
    """

    def __init__(self, hidden_size, num_layers=1, use_bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.use_bias = use_bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.forward_layers = [self.make_layer(False) for _ in range(num_layers)]
        self.backward_layers = [self.make_layer(True) for _ in range(num_layers if bidirectional else 0)]
        self.between = layers.Dropout(dropout)

    def make_layer(self, go_backwards):
        """One native layer of one direction, which returns sequences and states."""
        raise NotImplementedError

    def flatten_parameters(self):
        """Nothing to do: Keras keeps no flat copy of the weights."""

    def build(self, input_shape):
        shape, *_ = input_shape if isinstance(input_shape, PackedSequence) else (input_shape,)
        size = (shape[0] if isinstance(shape[0], (tuple, list)) else shape)[-1]
        for depth in range(self.num_layers):
            directions = [stack[depth] for stack in (self.forward_layers, self.backward_layers) if stack]
            for layer in directions:
                layer.build((None, None, size))
            size = sum(layer.cell.output_size for layer in directions)

    def call(self, input, hx=None):
        if isinstance(input, PackedSequence):
            x, lengths = input
            mask = ops.arange(ops.shape(x)[1], dtype="int32")[None, :] < ops.cast(lengths, "int32")[:, None]
            output, states = self.run(x, mask, hx)
            return PackedSequence(output, lengths), states
        if len(input.shape) == 2:
            hx = self.map_states(lambda state: state[:, None], hx)
            output, states = self.run(input[None], None, hx)
            return output[0], self.map_states(lambda state: state[:, 0], states)
        output, states = self.run(input if self.batch_first else ops.swapaxes(input, 0, 1), None, hx)
        return (output if self.batch_first else ops.swapaxes(output, 0, 1)), states

    def map_states(self, function, states):
        """Applies a function to each of the state tensors (None, one, or a tuple)."""
        if states is None:
            return None
        return tuple(function(s) for s in states) if isinstance(states, (tuple, list)) else function(states)

    def run(self, x, mask, hx):
        """Runs the stack on (N, T, C); `hx` and the result's states are torch's."""
        stacks = [self.forward_layers] + ([self.backward_layers] if self.bidirectional else [])
        initial = None if hx is None else hx if isinstance(hx, (tuple, list)) else (hx,)
        finals = []
        for depth in range(self.num_layers):
            outputs = []
            for direction, stack in enumerate(stacks):
                row = depth * len(stacks) + direction
                state = None if initial is None else [part[row] for part in initial]
                output, *final = stack[depth](x, initial_state=state, mask=mask)
                outputs.append(ops.flip(output, axis=1) if direction else output)
                finals.append(final)
            x = ops.concatenate(outputs, axis=-1) if len(outputs) > 1 else outputs[0]
            if depth < self.num_layers - 1:
                x = self.between(x)
        states = tuple(ops.stack(parts) for parts in zip(*finals, strict=True))
        return x, states if len(states) > 1 else states[0]
