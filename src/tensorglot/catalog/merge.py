"""Layers that put several tensors together; they are called with a list of them."""

from __future__ import annotations

from .keras_forms import CALL, read
from .registry import function, layer

for _name, _own in {"Add": "", "Subtract": "", "Multiply": "", "Average": "", "Maximum": "", "Minimum": "",
                    "Concatenate": "axis: axis = -1", "Dot": "axes: axes, normalize: normalize = False"}.items():
    layer(f"merge_{_name.lower()}", {"Concatenate": "cat axis", "Dot": "any"}.get(_name, "elementwise"),
          keras=f"layers.{_name}({_own})", call_keras="(inputs: x)", from_keras=read(f"layers.{_name}", _own),
          from_call_keras=CALL)
    if _name != "Concatenate":
        _inputs = "inputs: x" + (", axes: axes = -1" if _own else "")
        function(f"merge_{_name.lower()}", "any" if _name == "Dot" else "elementwise", keras=f"layers.{_name.lower()}({_inputs})",
                 from_keras=f"layers.{_name.lower()}({_inputs}, *, name: label = None, dtype: layer_dtype = None)",
                 note="of a list of tensors")
