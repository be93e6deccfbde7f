"""Pooling over one to three spatial axes.

Fractional max pooling draws its windows at random and has no counterpart in Keras.
"""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .conv import AXES
from .keras_forms import CALL, FORMAT, read
from .registry import function, layer

_SAME = "demand N C S* -> N C S*"
_READ = "kernel_size: torch kernel_size, keras pool_size; stride: torch stride, keras strides"
#: Keras's functions tell the number of axes by their operands only.
_FUNCTION = ("ops.{}(inputs: x, pool_size: for_axes(kernel, x, {}), strides: stride = None, "
             "padding: symmetric_pad(pad) = 'valid', " + FORMAT + ")")
#: TensorFlow's, for each number of axes; a data format is refused.
_NAMED = "tf.nn.{}_pool{}d(input: x, ksize: kernel, strides: stride, padding: symmetric_pad(pad))"
_MAX = "padding: in_numbers(pad) = 0, dilation: dilation = 1"


def _windowed(kind: str, n: int, where: str = "") -> list[str]:
    """Keras's pooling layers under both names. Averages leave the padding out."""
    size = "" if kind == "Average" else f" = {(2,) * n if n > 1 else 2}"
    return [read(f"layers.{name}{n}D", f"pool_size: kernel{size}, strides: stride = None, "
                 f"padding: symmetric_pad(pad) = 'valid', {FORMAT}", where)
            for name in (f"{kind}Pooling", f"{kind[:3]}Pool" if kind == "Max" else "AvgPool")]


def _global(kind: str, n: int) -> None:
    """Pooling of all positions; the axes stay only where Keras is told to keep them."""
    names = [f"Global{kind}Pooling{n}D", f"Global{'Avg' if kind == 'Average' else kind}Pool{n}D"]
    layer(f"global_{kind.lower()}_pool{n}d", "demand N C S* -> N C", axes=AXES, call_keras="(inputs: x)",
          from_call_keras=CALL, keras=f"layers.{names[0]}(keepdims: keepdims = False)",
          from_keras=[read(f"layers.{name}", f"{FORMAT}, keepdims: keepdims = False") for name in names])


def _max_pool(n: int) -> None:
    adapter = ("pool_size: kernel, strides: stride = None, padding: pad = 0, dilation: dilation = 1, "
               "ceil_mode: ceil_mode = False, return_indices: return_indices = False)")
    layer(f"max_pool{n}d", _SAME, axes=AXES, attributes=_READ,
          torch=f"nn.MaxPool{n}d(kernel_size: kernel, stride: stride = None, {_MAX}, "
                "return_indices: return_indices = False, ceil_mode: ceil_mode = False)",
          call_torch="(input: x)",
          keras=[f"layers.MaxPooling{n}D(pool_size: kernel, strides: stride = None, "
                 "padding: max_pool_pad(pad, kernel, stride) = 'valid')",
                 f"adapters.PaddedMaxPooling{n}D(pool_size: kernel, strides: stride = None, padding: pad = 0)",
                 f"adapters.PaddedMaxPooling({adapter}"],
          call_keras="(inputs: x)", from_keras=_windowed("Max", n), from_call_keras=CALL)
    function(f"max_pool{n}d", _SAME, axes=AXES, from_keras=_FUNCTION.format("max_pool", n),
             from_tensorflow=_NAMED.format("max", n),
             torch=[f"F.max_pool{n}d(input: x, kernel_size: kernel, stride: stride = None, {_MAX}, "
                    "ceil_mode: ceil_mode = False, return_indices: return_indices = False)",
                    f"torch.max_pool{n}d(input: x, kernel_size: kernel, stride: stride = None, {_MAX}, "
                    "ceil_mode: ceil_mode = False)",
                    f"F.max_pool{n}d_with_indices(input: x, kernel_size: kernel, stride: stride = None, {_MAX}, "
                    "ceil_mode: ceil_mode = False, return_indices: _ = False) | return_indices=True"],
             keras=["ops.max_pool(inputs: x, pool_size: kernel, strides: stride = None, "
                    "padding: max_pool_pad(pad, kernel, stride) = 'valid')",
                    f"adapters.max_pool(x: x, {adapter}"],
             tensorflow=[f"tf.nn.max_pool{n}d(input: x, ksize: kernel, strides: stride_or_kernel(stride, kernel), "
                         "padding: tf_max_pool_pad(pad, kernel, stride))",
                         f"adapters.max_pool(x: x, {adapter}"])
    layer(f"max_unpool{n}d", _SAME, axes=AXES, attributes=_READ, note="indices count S* in row-major order",
          torch=f"nn.MaxUnpool{n}d(kernel_size: kernel, stride: stride = None, padding: pad = 0)",
          call_torch="(input: x, indices: indices, output_size: output_size = None)",
          keras="adapters.MaxUnpooling(pool_size: kernel, strides: stride = None, padding: pad = 0)",
          call_keras="(x: x, indices: indices, output_size: output_size = None)")
    function(f"max_unpool{n}d", _SAME, axes=AXES,
             torch=f"F.max_unpool{n}d(input: x, indices: indices, kernel_size: kernel, stride: stride = None, "
                   "padding: pad = 0, output_size: output_size = None)",
             keras="adapters.max_unpool(x: x, indices: indices, pool_size: kernel, strides: stride = None, "
                   "padding: pad = 0, output_size: output_size = None)")


def _avg_pool(n: int) -> None:
    divisor = ", divisor_override: divisor = None" if n > 1 else ""
    arguments = ("kernel_size: kernel, stride: stride = None, padding: in_numbers(pad) = 0, ceil_mode: ceil_mode = False, "
                 f"count_include_pad: count_pad = True{divisor})")
    adapter = ("pool_size: kernel, strides: stride = None, padding: pad = 0, ceil_mode: ceil_mode = False, "
               f"count_include_pad: count_pad = True{divisor})")
    layer(f"avg_pool{n}d", _SAME, axes=AXES, attributes=_READ,
          torch=f"nn.AvgPool{n}d({arguments}", call_torch="(input: x)",
          keras=[f"layers.AveragePooling{n}D(pool_size: kernel, strides: stride = None, "
                 "padding: avg_pool_pad(pad, kernel, stride, count_pad) = 'valid')",
                 f"adapters.PaddedAveragePooling{n}D(pool_size: kernel, strides: stride = None, "
                 "padding: pad = 0)",
                 f"adapters.PaddedAveragePooling({adapter}"],
          call_keras="(inputs: x)", from_keras=_windowed("Average", n, "count_pad=False"), from_call_keras=CALL)
    names = [f"F.avg_pool{n}d"] + (["torch.avg_pool1d"] if n == 1 else [])
    function(f"avg_pool{n}d", _SAME, axes=AXES, from_keras=_FUNCTION.format("average_pool", n) + " | count_pad=False",
             from_tensorflow=_NAMED.format("avg", n) + " | count_pad=False",
             torch=[f"{name}(input: x, {arguments}" for name in names],
             keras=["ops.average_pool(inputs: x, pool_size: kernel, strides: stride = None, "
                    "padding: avg_pool_pad(pad, kernel, stride, count_pad) = 'valid')",
                    f"adapters.avg_pool(x: x, {adapter}"],
             tensorflow=[f"tf.nn.avg_pool{n}d(input: x, ksize: kernel, strides: stride_or_kernel(stride, kernel), "
                         "padding: tf_avg_pool_pad(pad, kernel, stride, count_pad))",
                         f"adapters.avg_pool(x: x, {adapter}"])


def _lp_pool(n: int) -> None:
    arguments = ("norm_type: p, kernel_size: kernel, stride: stride = None, ceil_mode: ceil_mode = False)")
    adapter = "norm_type: p, pool_size: kernel, strides: stride = None, ceil_mode: ceil_mode = False)"
    layer(f"lp_pool{n}d", _SAME, axes=AXES, attributes=_READ,
          torch=f"nn.LPPool{n}d({arguments}", call_torch="(input: x)",
          keras=f"adapters.LPPooling({adapter}", call_keras="(x: x)")
    function(f"lp_pool{n}d", _SAME, axes=AXES, torch=f"F.lp_pool{n}d(input: x, {arguments}",
             keras=f"adapters.lp_pool(x: x, {adapter}")


def _adaptive(n: int) -> None:
    ones = [1, (1,) * n]
    axes = tuple(range(1, n + 1))
    layer(f"adaptive_avg_pool{n}d", _SAME, axes=AXES, attributes="size: torch output_size, keras output_size",
          torch=f"nn.AdaptiveAvgPool{n}d(output_size: size)", call_torch="(input: x)",
          keras=[*(f"layers.GlobalAveragePooling{n}D(keepdims: True = False) | size={one}" for one in ones),
                 "adapters.AdaptiveAveragePooling(output_size: size)"],
          call_keras="(inputs: x)")
    names = [f"F.adaptive_avg_pool{n}d"] + (["torch.adaptive_avg_pool1d"] if n == 1 else [])
    function(f"adaptive_avg_pool{n}d", _SAME, axes=AXES,
             torch=[f"{name}(input: x, output_size: size)" for name in names],
             keras=[*(f"ops.mean(x: x, axis: {axes} = None, keepdims: True = False) | size={one}" for one in ones),
                    "adapters.adaptive_avg_pool(x: x, output_size: size)"],
             tensorflow=[*(f"tf.reduce_mean(input_tensor: x, axis: {axes} = None, keepdims: True = False) | size={one}"
                           for one in ones), "adapters.adaptive_avg_pool(x: x, output_size: size)"])
    layer(f"adaptive_max_pool{n}d", _SAME, axes=AXES, attributes="size: torch output_size, keras output_size",
          torch=f"nn.AdaptiveMaxPool{n}d(output_size: size, return_indices: return_indices = False)",
          call_torch="(input: x)",
          keras=[*(f"layers.GlobalMaxPooling{n}D(keepdims: True = False) | size={one}" for one in ones),
                 "adapters.AdaptiveMaxPooling(output_size: size, return_indices: return_indices = False)"],
          call_keras="(inputs: x)")
    function(f"adaptive_max_pool{n}d", _SAME, axes=AXES,
             torch=[f"F.adaptive_max_pool{n}d(input: x, output_size: size, return_indices: return_indices = False)",
                    f"F.adaptive_max_pool{n}d_with_indices(input: x, output_size: size, return_indices: _ = False) "
                    "| return_indices=True"],
             keras=[*(f"ops.max(x: x, axis: {axes} = None, keepdims: True = False) | size={one}" for one in ones),
                    "adapters.adaptive_max_pool(x: x, output_size: size, return_indices: return_indices = False)"])


for _n in (1, 2, 3):
    _max_pool(_n)
    _avg_pool(_n)
    _lp_pool(_n)
    _adaptive(_n)
    _global("Average", _n)
    _global("Max", _n)

for _n in (2, 3):
    layer(f"fractional_max_pool{_n}d", _SAME, axes=AXES, note="no counterpart: windows drawn at random",
          torch=f"nn.FractionalMaxPool{_n}d(kernel_size: kernel, output_size: size = None, output_ratio: ratio = None, "
                "return_indices: return_indices = False, _random_samples: samples = None)",
          call_torch="(input: x)")
