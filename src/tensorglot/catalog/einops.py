"""einops: its functions work on tensors of every framework and stay; its layers become adapters."""

from __future__ import annotations

from .registry import function, layer

_REARRANGE = "einops.rearrange(tensor: x, pattern: pattern, **axes_lengths: lengths)"
_REDUCE = "einops.reduce(tensor: x, pattern: pattern, reduction: reduction, **axes_lengths: lengths)"
_REPEAT = "einops.repeat(tensor: x, pattern: pattern, **axes_lengths: lengths)"
_EINSUM = "einops.einsum(*tensors_and_pattern: operands)"
_PACK = "einops.pack(tensors: xs, pattern: pattern)"
_UNPACK = "einops.unpack(tensor: x, packed_shapes: shapes, pattern: pattern)"
_PARSE = "einops.parse_shape(x: x, pattern: pattern)"

for _name, _rule, _form in (("rearrange", "einops pattern", _REARRANGE), ("reduce", "einops pattern", _REDUCE),
                            ("repeat", "einops pattern", _REPEAT), ("einsum", "any", _EINSUM), ("pack", "any", _PACK),
                            ("unpack", "any", _UNPACK), ("parse_shape", "any", _PARSE)):
    function(f"einops_{_name}", _rule, torch=_form, keras=_form, tensorflow=_form)

layer("einops_rearrange", "einops pattern",
      torch="einops.layers.Rearrange(pattern: pattern, **axes_lengths: lengths)",
      keras="adapters.Rearrange(pattern: pattern, **axes_lengths: lengths)")
layer("einops_reduce", "einops pattern",
      torch="einops.layers.Reduce(pattern: pattern, reduction: reduction, **axes_lengths: lengths)",
      keras="adapters.Reduce(pattern: pattern, reduction: reduction, **axes_lengths: lengths)")
