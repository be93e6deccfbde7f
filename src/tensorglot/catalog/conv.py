"""Convolutions and transposed convolutions over one to three spatial axes.

The layers take channels-last tensors in Keras. The functions take `weight` in the source's own axis order
(O I S*; transposed: I O S*) and no matter how `x` is stored.
"""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .keras_forms import ACTIVATION, CALL, FORMAT, read, weights
from .registry import function, layer

AXES = "torch: N C S*; keras: N S* C"
_UNUSED = "device: _ = None, dtype: _ = None"
_READ = ("out_channels: torch out_channels, keras filters; kernel_size: torch kernel_size, keras kernel_size; "
         "stride: torch stride, keras strides; dilation: torch dilation, keras dilation_rate; "
         "groups: torch groups, keras groups; weight: torch weight, keras kernel; bias: torch bias, keras bias")
_CONV = ("kernel_size: kernel, stride: stride = 1, padding: by_side(pad, stride) = 0, dilation: dilation = 1, "
         "groups: groups = 1, bias: bias = True, padding_mode: padding_mode = 'zeros', " + _UNUSED)
_TRANSPOSED = ("kernel_size: kernel, stride: stride = 1, padding: in_numbers(pad) = 0, "
               "output_padding: in_numbers(output_padding) = 0, "
               "groups: groups = 1, bias: bias = True, dilation: dilation = 1, padding_mode: 'zeros' = 'zeros', "
               + _UNUSED)
_ONES = {1: "1", 2: "(1, 1)", 3: "(1, 1, 1)"}


def _conv(n: int) -> None:
    one = _ONES[n]
    rest = f"dilation_rate: dilation = {one}, use_bias: bias = True)"
    options = f"{ACTIVATION}, use_bias: bias = True, {weights('kernel', 'bias')}"
    native, padded = "padding: conv_pad(pad, kernel, stride, dilation) = 'valid'", "padding: pad = 0"
    keras = []
    for prefix, padding in (("layers.", native), ("adapters.Padded", padded)):
        if n < 3:
            keras.append(f"{prefix}DepthwiseConv{n}D(kernel_size: kernel, "
                         f"strides: equal_strides(stride, dilation) = {one}, {padding}, "
                         f"depth_multiplier: depth_multiplier(out, groups, I) = 1, {rest}")
        groups = "groups: groups = 1, " if padding == native else ""
        keras.append(f"{prefix}Conv{n}D(filters: out, kernel_size: kernel, strides: undilated(stride, dilation) = {one}, "
                     f"{padding}, {groups}{rest if padding == padded else f'dilation_rate: dilation = {one}, {options})'}")
    keras.append(f"adapters.GeneralConv{n}D(filters: out, kernel_size: kernel, strides: stride = 1, padding: pad = 0, "
                 "dilation_rate: dilation = 1, groups: groups = 1, use_bias: bias = True, "
                 "padding_mode: padding_mode = 'zeros')")
    layer(f"conv{n}d", "demand N C S* -> N C S*", axes=AXES, convert="reshape", attributes=_READ,
          params="kernel: torch weight[O I S*], keras kernel[S* I O]; bias: torch bias[O], keras bias[O]",
          note="a depthwise kernel is (S*, I, O / I): the permuted kernel reshaped",
          torch=[f"nn.Conv{n}d(in_channels: I, out_channels: out, {_CONV})",
                 f"nn.LazyConv{n}d(out_channels: out, {_CONV})"],
          call_torch="(input: x)", keras=keras, call_keras="(inputs: x)", from_call_keras=CALL,
          from_keras=[read(f"layers.{name}{n}D", f"filters: out, kernel_size: kernel, strides: stride = {one}, "
                           f"padding: {'named' if n == 1 else 'symmetric'}_pad(pad) = 'valid', {FORMAT}, "
                           f"dilation_rate: dilation = {one}, groups: groups = 1, {options}")
                      for name in ("Conv", "Convolution")])
    arguments = ("(input: x, weight: weight, bias: bias = None, stride: stride = 1, padding: pad = 0, "
                 "dilation: dilation = 1, groups: groups = 1)")
    function(f"conv{n}d", "demand N C S* -> N C S*", axes=f"{AXES}; operands: x",
             torch=[f"F.conv{n}d{arguments}", f"torch.conv{n}d{arguments}"],
             keras=["adapters.conv_with_kernel(x: x, kernel: stored(weight), bias: bias = None, stride: stride = 1, "
                    "padding: pad = 0, dilation: dilation = 1, groups: groups = 1)",
                    "adapters.conv(x: x, weight: weight, bias: bias = None, stride: stride = 1, padding: pad = 0, "
                    "dilation: dilation = 1, groups: groups = 1)"])


def _conv_transpose(n: int) -> None:
    one = _ONES[n]
    layer(f"conv_transpose{n}d", "demand N C S* -> N C S*", axes=AXES, attributes=_READ,
          params="kernel: torch weight[I O S*], keras kernel[S* O I]; bias: torch bias[O], keras bias[O]",
          torch=[f"nn.ConvTranspose{n}d(in_channels: I, out_channels: out, {_TRANSPOSED})",
                 f"nn.LazyConvTranspose{n}d(out_channels: out, {_TRANSPOSED})"],
          call_torch="(input: x, output_size: output_size = None)",
          keras=[f"layers.Conv{n}DTranspose(filters: out, kernel_size: kernel, strides: stride = {one}, "
                 "padding: transposed_pad(pad, kernel, stride, output_padding, dilation) = 'valid', "
                 "output_padding: transposed_output_padding(output_padding, pad, kernel, stride) = None, "
                 f"dilation_rate: dilation = {one}, {ACTIVATION}, use_bias: bias = True, {weights('kernel', 'bias')})",
                 f"adapters.PaddedConv{n}DTranspose(filters: out, kernel_size: kernel, strides: stride = 1, "
                 "padding: pad = 0, output_padding: output_padding = 0, dilation_rate: dilation = 1, "
                 "groups: groups = 1, use_bias: bias = True)"],
          call_keras="(inputs: x, output_size: output_size = None)", from_call_keras=CALL,
          from_keras=[read(f"layers.{name}{n}DTranspose",
                           f"filters: out, kernel_size: kernel, strides: stride = {one}, "
                           "padding: symmetric_pad(pad) = 'valid', output_padding: output_padding = None, "
                           f"{FORMAT}, dilation_rate: dilation = {one}, {ACTIVATION}, use_bias: bias = True, "
                           f"{weights('kernel', 'bias')}") for name in ("Conv", "Convolution")],
          note="only the adapter's call takes output_size")
    arguments = ("(input: x, weight: weight, bias: bias = None, stride: stride = 1, padding: pad = 0, "
                 "output_padding: output_padding = 0, groups: groups = 1, dilation: dilation = 1)")
    function(f"conv_transpose{n}d", "demand N C S* -> N C S*", axes=f"{AXES}; operands: x",
             torch=[f"F.conv_transpose{n}d{arguments}", f"torch.conv_transpose{n}d{arguments}"],
             keras="adapters.conv_transpose(x: x, weight: weight, bias: bias = None, stride: stride = 1, "
                   "padding: pad = 0, output_padding: output_padding = 0, groups: groups = 1, dilation: dilation = 1)")


def _by_channel(n: int) -> None:
    """Convolutions of each channel by itself, and those that a mix of the channels follows: Keras tells their sizes by
    multiples of the channels of the input, which it does not name."""
    one = _ONES[n]
    common = (f"kernel_size: kernel, strides: stride = {one}, padding: {{}}_pad(pad) = 'valid', "
              f"{{}}{FORMAT}, dilation_rate: dilation = {one}, {{}}{ACTIVATION}, use_bias: bias = True, ")
    multiplier = "depth_multiplier: multiplier = 1, "
    forms = {"depthwise": (f"DepthwiseConv{n}D", "", common.format("symmetric", multiplier, ""), ("depthwise", "bias")),
             "separable": (f"SeparableConv{n}D", "filters: out, ", common.format("named" if n == 1 else "symmetric", "",
                                                                                  multiplier),
                           ("depthwise", "pointwise", "bias"))}
    for name, (cls, first, arguments, own) in forms.items():
        text = f"{first}{arguments}{weights(*own)}"
        layer(f"{name}_conv{n}d", "demand N C S* -> N C S*", axes=AXES, keras=f"layers.{cls}({text})",
              call_keras="(inputs: x)", from_call_keras=CALL,
              from_keras=[read(f"layers.{c}", text) for c in dict.fromkeys((cls, cls.replace("eConv", "eConvolution")))
                          if name == "separable" or c == cls])


for _n in (1, 2, 3):
    _conv(_n)
    _conv_transpose(_n)
    if _n < 3:
        _by_channel(_n)
