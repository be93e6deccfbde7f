"""Transposed convolution layers with padding in numbers, output padding, dilation and groups."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.convolve_transposed import convolve_transposed
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


class PaddedConvTranspose:
    """Mixed into a Keras transposed convolution layer.

    The output size is (size - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1. With `groups` the
    kernel is (K..., filters / groups, inputs).
    """

    def __init__(self, filters, kernel_size, strides=1, padding=0, output_padding=0, dilation_rate=1, groups=1,
                 use_bias=True, **kwargs):
        super().__init__(filters, kernel_size, strides, "valid", use_bias=use_bias, **kwargs)
        self.dilation_rate = per_axis(dilation_rate, self.rank)
        self.padding = per_axis(padding, self.rank)
        self.output_padding = per_axis(output_padding, self.rank)
        self.groups = groups

    def build(self, input_shape):
        shape = (*self.kernel_size, self.filters // self.groups, input_shape[-1])
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer=self.bias_initializer)

    def call(self, inputs, output_size=None):
        extra = self.output_padding
        if output_size is not None:
            sizes = output_size[1:-1] if len(output_size) == self.rank + 2 else output_size
            smallest = self._sizes(ops.shape(inputs), (0,) * self.rank)
            extra = tuple(size - small for size, small in zip(sizes, smallest, strict=True))
        outputs = convolve_transposed(inputs, self.kernel, self.strides, self.padding, extra, self.dilation_rate,
                                      self.groups)
        return ops.add(outputs, self.bias) if self.use_bias else outputs

    def _sizes(self, shape, extra):
        return [None if size is None else (size - 1) * stride - 2 * pad + step * (kernel - 1) + more + 1
                for size, stride, pad, step, kernel, more
                in zip(shape[1:-1], self.strides, self.padding, self.dilation_rate, self.kernel_size, extra,
                    strict=True)]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self._sizes(input_shape, self.output_padding), self.filters)

    def compute_output_spec(self, inputs, output_size=None):
        shape = self.compute_output_shape(inputs.shape)
        if output_size is not None:
            sizes = output_size[1:-1] if len(output_size) == self.rank + 2 else output_size
            shape = (shape[0], *sizes, self.filters)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding, "output_padding": self.output_padding,
                "groups": self.groups}
