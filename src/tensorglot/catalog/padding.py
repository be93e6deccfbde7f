"""Padding layers and functions.

The layers pad spatial axes. The function `pad` takes flat pairs that begin with the last axis of the source's order
(rule `pad P`): a pass that knows rank and storage replaces `pad`, where it is written out, by one (before, after) pair
for each stored axis; elsewhere it sets `axes` to the stored axes in the order of the flat pairs.
"""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .conv import AXES
from .keras_forms import CALL, FORMAT, read
from .registry import function, layer

_SAME = "demand N C S* -> N C S*"
_READ = "padding: torch padding, keras padding"

for _n in (1, 2, 3):
    _adapter = f"adapters.SpatialPadding(padding: pairs(pad, {_n})"
    layer(f"zero_pad{_n}d", _SAME, axes=AXES, attributes=_READ,
          torch=f"nn.ZeroPad{_n}d(padding: pad)", call_torch="(input: x)",
          keras=[f"layers.ZeroPadding{_n}D(padding: zero_pairs(pad, {_n}))", f"{_adapter})"],
          call_keras="(inputs: x)", from_call_keras=CALL,
          from_keras=read(f"layers.ZeroPadding{_n}D", f"padding: border_pairs(pad, {_n}) = {(1, (1, 1), ((1, 1),) * 3)[_n - 1]}, "
                          + FORMAT))
    layer(f"constant_pad{_n}d", _SAME, axes=AXES, attributes=_READ,
          torch=f"nn.ConstantPad{_n}d(padding: pad, value: value)", call_torch="(input: x)",
          keras=[f"layers.ZeroPadding{_n}D(padding: zero_pairs(pad, {_n})) | value=0",
                 f"{_adapter}, value: value = 0.0)"],
          call_keras="(inputs: x)", from_keras=[])
    for _class, _mode in (("Reflection", "reflect"), ("Replication", "replicate"), ("Circular", "circular")):
        layer(f"{_class.lower()}_pad{_n}d", _SAME, axes=AXES, attributes=_READ,
              torch=f"nn.{_class}Pad{_n}d(padding: pad)", call_torch="(input: x)",
              keras=f"{_adapter}, mode: '{_mode}' = 'constant')", call_keras="(x: x)")

function("pad", "pad pad",
         torch=["F.pad(input: x, pad: pad, mode: mode = 'constant', value: value = None)",
                "torch.constant_pad_nd(input: x, pad: pad, value: value = 0) | mode='constant'"],
         keras=["ops.pad(x: x, pad_width: full_pairs(pad), mode: array_pad_mode(mode) = 'constant', "
                "constant_values: value = None)",
                "adapters.pad_axes(x: x, padding: every_pair(pad), mode: mode = 'constant', value: value = None)",
                "adapters.pad(x: x, padding: pad, axes: axes = None, mode: mode = 'constant', value: value = None)"])
