"""Convolution layers with padding in numbers, padding modes, and stride together with dilation."""

from keras import ops

from tensorglot.frameworks.keras.adapters.conv_padding import conv_padding
from tensorglot.frameworks.keras.adapters.convolve import convolve
from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


class GeneralConv:
    """Mixed into a Keras convolution layer: `padding` is a number, one number per spatial axis, "same" or "valid"."""

    def __init__(self, filters, kernel_size, strides=1, padding=0, dilation_rate=1, groups=1, use_bias=True,
                 padding_mode="zeros", **kwargs):
        if isinstance(strides, (list, tuple)) and len(strides) == 1:
            (strides,) = strides  # one number for all axes
        super().__init__(filters, kernel_size, strides, "valid", groups=groups, use_bias=use_bias, **kwargs)
        self.dilation_rate = per_axis(dilation_rate, self.rank)
        self.padding = padding
        self.padding_mode = padding_mode

    def pads(self):
        """One (before, after) pair per spatial axis."""
        return conv_padding(self.padding, self.kernel_size, self.dilation_rate)

    def convolution_op(self, inputs, kernel):
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        inputs = spatial_pad(inputs, self.pads(), mode)
        return convolve(inputs, kernel, self.strides, self.dilation_rate, self.groups)

    def call(self, inputs):
        outputs = self.convolution_op(inputs, self.kernel)
        return ops.add(outputs, self.bias) if self.use_bias else outputs

    def compute_output_shape(self, input_shape):
        sizes = [None if size is None else (size + before + after - step * (kernel - 1) - 1) // stride + 1
                 for size, (before, after), kernel, step, stride
                 in zip(input_shape[1:-1], self.pads(), self.kernel_size, self.dilation_rate, self.strides,
                     strict=True)]
        return (input_shape[0], *sizes, self.filters)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding, "padding_mode": self.padding_mode}
