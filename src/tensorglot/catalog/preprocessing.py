"""Layers that scale, crop or mask what a network is given, and layers around a function."""

from __future__ import annotations

from .conv import AXES
from .keras_forms import CALL, FORMAT, read
from .registry import layer

_SAME = "demand N C S* -> N C S*"


def _layer(name: str, rule: str, callee: str, own: str, write: str | None = None, axes: str = "") -> None:
    layer(name, rule, axes=axes, keras=f"layers.{callee}({own if write is None else write})", call_keras="(inputs: x)",
          from_keras=read(f"layers.{callee}", own), from_call_keras=CALL)


_layer("rescaling", "elementwise", "Rescaling", "scale: scale, offset: offset = 0.0")
_layer("feature_scaling", "any", "Normalization",
       "axis: axis = -1, mean: mean = None, variance: var = None, invert: invert = False")
_layer("masking", "elementwise", "Masking", "mask_value: value = 0.0")
_layer("activity_penalty", "elementwise", "ActivityRegularization", "l1: l1 = 0.0, l2: l2 = 0.0")
_layer("unit_norm", "axis axis", "UnitNormalization", "axis: axis = -1")
_layer("lambda", "any", "Lambda",
       "function: function, output_shape: shape_hint = None, mask: mask = None, arguments: arguments = None")
_layer("center_crop", _SAME, "CenterCrop", f"height: height, width: width, {FORMAT}",
       "height: height, width: width", axes=AXES)
_RESIZING = ("height: height, width: width, interpolation: mode = 'bilinear', crop_to_aspect_ratio: crop = False, "
             "pad_to_aspect_ratio: fit = False, fill_mode: fill_mode = 'constant', fill_value: fill = 0.0, "
             "antialias: antialias = False")
_layer("resizing", _SAME, "Resizing", f"{_RESIZING}, {FORMAT}", _RESIZING, axes=AXES)
for _n in (1, 2, 3):
    _default = ((1, 1),) + (((0, 0),) * _n,) * 2
    _borders = f"cropping: border_pairs(pad, {_n}) = {_default[0] if _n == 1 else ((0, 0),) * 2 if _n == 2 else ((1, 1),) * 3}"
    _layer(f"cropping{_n}d", _SAME, f"Cropping{_n}D", f"{_borders}{', ' + FORMAT if _n > 1 else ''}", _borders, axes=AXES)
