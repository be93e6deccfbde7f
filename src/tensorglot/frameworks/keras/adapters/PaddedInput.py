"""Layers with a border around their input."""

from keras import ops

from tensorglot.frameworks.keras.adapters.per_axis import per_axis


class PaddedInput:
    """Mixed into a Keras layer: `padding` entries of `fill` around the input, one number or one per spatial axis.

    The layer itself does not pad, unless `padding` is one of its own: "same" or "valid".
    """

    fill = 0.0

    def __init__(self, *args, padding=0, **kwargs):
        own = isinstance(padding, str)
        super().__init__(*args, padding=padding if own else "valid", **kwargs)
        self.border = 0 if own else padding

    def call(self, inputs):
        border = per_axis(self.border, len(inputs.shape) - 2)
        return super().call(ops.pad(inputs, [(0, 0), *((n, n) for n in border), (0, 0)], constant_values=self.fill))

    def compute_output_shape(self, input_shape):
        first, *sizes, last = input_shape
        border = per_axis(self.border, len(sizes))
        sizes = [None if size is None else size + 2 * n for size, n in zip(sizes, border, strict=True)]
        return super().compute_output_shape((first, *sizes, last))

    def get_config(self):
        return {**super().get_config(), "padding": self.border or self.padding}
