"""Layer wrappers: calls that take a layer and return one whose weight is computed from other tensors.

The source changes the layer it is given; the target has a layer around it. `axis` is counted from the end of a kernel
whose channels come last: -1 the source's first axis, -2 its second. Of the weights `kernel` stands for the wrapped
layer's own; `[along]` has that axis only, `[others]` all others in the order of the kernel, flattened.
"""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Host, Layer
from .binding import wrapped_layer
from .codecs import Decline, codec, is_literal
from .registry import REGISTRY, Entry, function, layer


def _lift_axis(dim: Any, held: Any) -> Any:
    """The axis of a channels-last kernel for one of the source's kernel, or None."""
    if isinstance(held, dict):  # a layer as an example has it
        return dim
    kind = _kind(held)
    if kind is not None and not _channels_last(kind):
        raise Decline(f"{kind.name.replace('_', ' ')} has no kernel whose channels come last")
    if dim is None:
        return None
    if not is_literal(dim) or not isinstance(dim, int) or dim < 0:
        raise Decline("the axis is no literal, or counted from the end")
    if dim < 2:
        return -1 - dim
    rank = int(kind.name[-2]) if kind is not None and kind.name.endswith("d") else 0
    if dim >= rank + 2:
        raise Decline(f"which axis of the kernel {dim} is follows from the layer, which is not known here")
    return dim - rank - 4


def _kind(held: Any) -> Entry | None:
    """The layer that an expression is known to be."""
    held = wrapped_layer(held)
    name = held.op if isinstance(held, Layer) else (held.role or "").removeprefix("is:layer:") \
        if isinstance(held, Host) else ""
    return REGISTRY.get(("layer", name))


def _channels_last(kind: Entry) -> bool:
    """True for a kernel that begins with two axes in the source and ends with the same, the other way round."""
    places = next((w.places for w in kind.params if w.name == "kernel"), {})
    return "torch" in places and "keras" in places and places["torch"][1][:2][::-1] == places["keras"][1][-2:]


codec("kernel_axis", lift=_lift_axis, lower=lambda axis, held: axis)
codec("norm_axis", lift=lambda dim, held: _lift_axis(None if dim == -1 else dim, held), lower=lambda axis, held: axis)


layer("weight_norm", "any", wraps="layer", settled=True,
      params="kernel: torch weight_v, keras layer; magnitude: torch weight_g[along], keras g[along]; "
             "kernel: torch parametrizations.weight.original1, keras layer; "
             "magnitude: torch parametrizations.weight.original0[along], keras g[along]",
      torch=["nn.utils.weight_norm(module: layer, name: 'weight' = 'weight', dim: norm_axis(axis, layer) = 0)",
             "nn.utils.parametrizations.weight_norm(module: layer, name: 'weight' = 'weight', "
             "dim: norm_axis(axis, layer) = 0)"],
      keras="adapters.WeightNorm(layer: layer, axis: axis = -1)")

_SPECTRAL = ("(module: layer, name: 'weight' = 'weight', n_power_iterations: iterations = 1, eps: eps = 1e-12, "
             "dim: kernel_axis(axis, layer) = None)")
layer("spectral_norm", "any", wraps="layer",
      params="kernel: torch weight_orig, keras layer; left: torch weight_u[along], keras u[along]; "
             "right: torch weight_v[others], keras v[others]; "
             "kernel: torch parametrizations.weight.original, keras layer; "
             "left: torch parametrizations.weight.0._u[along], keras u[along]; "
             "right: torch parametrizations.weight.0._v[others], keras v[others]",
      torch=[f"nn.utils.spectral_norm{_SPECTRAL} | start='u'",
             f"nn.utils.parametrizations.spectral_norm{_SPECTRAL} | start='v'"],
      keras="adapters.SpectralNorm(layer: layer, power_iterations: iterations = 1, epsilon: eps = 1e-12, "
            "axis: axis = None, start: start = 'u')",
      note="start: which of the two vectors a power iteration begins with")

function("fold_kernel", "host",
         torch=["nn.utils.remove_weight_norm(module: x, name: 'weight' = 'weight')",
                "nn.utils.remove_spectral_norm(module: x, name: 'weight' = 'weight')",
                "nn.utils.parametrize.remove_parametrizations(module: x, tensor_name: 'weight', "
                "leave_parametrized: True = True)"],
         keras="= x.fold()")
