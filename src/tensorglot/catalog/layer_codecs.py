"""Value codecs of the transformer layers and of initialisers."""

from __future__ import annotations

import math
from typing import Any

from ..pivot.nodes import Host, Ref
from .codecs import Decline, codec, is_literal

#: Activation functions that the transformer layers name by a string.
NAMED_ACTIVATIONS = ("relu", "gelu")


def _name_activation(value: Any) -> Any:
    """`"relu"` for the string, the function and the signature's own default; other callables stay what they are."""
    if is_literal(value):
        if value not in NAMED_ACTIVATIONS:
            raise Decline(f"activation {value!r} is none of {', '.join(NAMED_ACTIVATIONS)}")
        return value
    if isinstance(value, Ref) and value.sort == "function" and value.op in NAMED_ACTIVATIONS:
        return value.op
    if isinstance(value, Host) and value.kind == "Attribute" and _is_functional(value):
        return value.fields["attr"]
    return value


def _is_functional(value: Host) -> bool:
    """`F.relu`, as a signature's default has it."""
    owner = value.fields["value"]
    return value.fields["attr"] in NAMED_ACTIVATIONS and isinstance(owner, Host) and owner.fields.get("id") == "F"


codec("activation_name", lift=_name_activation, lower=lambda value: value)


def gain(nonlinearity: str, slope: float | None = None) -> float:
    """Recommended gain (standard deviation ratio) of an activation, as in torch's table; raises `Decline`.

    `slope` is leaky ReLU's negative slope. He et al. 2015, https://arxiv.org/abs/1502.01852, for ReLU.
    """
    if nonlinearity == "linear" or nonlinearity.startswith("conv") or nonlinearity == "sigmoid":
        return 1.0
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1.0 + (0.01 if slope is None else slope) ** 2))
    try:
        return {"tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75}[nonlinearity]
    except KeyError:
        raise Decline(f"nonlinearity {nonlinearity!r} is not known") from None


def _he_scale(slope: Any, nonlinearity: Any) -> float:
    """Variance scale of torch's Kaiming initialisers: the squared gain."""
    if not isinstance(nonlinearity, str) or (nonlinearity == "leaky_relu" and not isinstance(slope, (int, float))):
        raise Decline("the gain follows from values that are not literals")
    return float(f"{gain(nonlinearity, slope) ** 2:.12g}")


def _not_liftable(*_: Any) -> Any:
    raise Decline("a variance scale does not tell the activation")


codec("he_scale", lift=_not_liftable, lower=_he_scale)
