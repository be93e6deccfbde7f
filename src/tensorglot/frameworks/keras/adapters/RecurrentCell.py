from keras import layers, ops


class RecurrentCell(layers.Layer):
    """What LSTMCell, GRUCell and RNNCell share: one step on (N, C) or (C,) with a native cell."""

    def __init__(self, hidden_size, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.use_bias = use_bias
        self.cell = self.make_cell()

    def make_cell(self):
        """The native cell."""
        raise NotImplementedError

    def build(self, input_shape):
        self.cell.build((None, input_shape[-1]))

    def step(self, input, states):
        """One step on (N, C): the list of new states (N, hidden_size); `states` None means zeros."""
        if states is None:
            states = self.cell.get_initial_state(batch_size=ops.shape(input)[0])
        return self.cell(input, list(states))[1]

    def call(self, input, hx=None):
        unbatched = len(input.shape) == 1
        states = None if hx is None else hx if isinstance(hx, (tuple, list)) else (hx,)
        if unbatched:
            input = input[None]
            states = None if states is None else [state[None] for state in states]
        states = tuple(state[0] if unbatched else state for state in self.step(input, states))
        return states if len(states) > 1 else states[0]
