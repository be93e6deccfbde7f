"""Keras's layers as they are read: parameters that many layers share, and the codecs of these.

Arguments of no consequence for the outputs are kept under names that `binding.informative` knows: `_init` initial values,
`_penalty` regularisers, `_limit` constraints, `_hint` shapes of inputs, `label` the layer's name.
"""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Idiom, Ref, const
from . import registry
from .codecs import BY_NAME, Decline, codec, is_literal
from .known import known

#: Keyword arguments of every layer.
_EVERY = ("activity_regularizer: activity_penalty = None, trainable: trainable = True, dtype: layer_dtype = None, "
          "autocast: _ = True, name: label = None")
#: Keyword arguments by which a first layer tells the shape of its input.
_SHAPES = ("input_shape: shape_hint = None, batch_input_shape: batch_shape_hint = None, input_dim: width_hint = None, "
           "input_length: length_hint = None, batch_size: batch_hint = None")

#: Initial values that layers have by default, by the name of their weights.
_INITIAL = {"kernel": "'glorot_uniform'", "depthwise": "'glorot_uniform'", "pointwise": "'glorot_uniform'",
            "recurrent": "'orthogonal'", "bias": "'zeros'", "beta": "'zeros'", "gamma": "'ones'",
            "embeddings": "'uniform'", "alpha": "'Zeros'"}

FORMAT = "data_format: last_axis_channels(order) = None"
ACTIVATION = "activation: activation(fused) = None"
#: A layer's call: Keras hands the mode to every layer, and masks along with tensors.
CALL = "(inputs: x, training: training = None, mask: mask = None)"


def weights(*names: str, more: str = "") -> str:
    """Parameters of initialisers, regularisers and constraints of weights; `more` stands behind the initialisers."""
    initial = [f"{n}_initializer: {n}_init = {_INITIAL[n]}" for n in names]
    return ", ".join([*initial, *filter(None, [more]), *(f"{n}_regularizer: {n}_penalty = None" for n in names),
                      *(f"{n}_constraint: {n}_limit = None" for n in names)])


def read(callee: str, parameters: str = "", where: str = "") -> str:
    """A layer's signature as it is read: its own parameters and those of all layers."""
    own = f"{parameters}, " if parameters else ""
    own_names = {p.split(":")[0].strip() for p in own.split(",") if ":" in p}
    common = ", ".join(p for p in f"{_EVERY}, {_SHAPES}".split(", ") if p.split(":")[0] not in own_names)
    star = "" if "*" in parameters else "*, "
    return f"{callee}({own}{star}{common})" + (f" | {where}" if where else "")


def _lift_channels_last(value: Any, *_: Any) -> Any:
    if value == "channels_first":
        raise Decline("data_format 'channels_first' is not supported")
    return value if not is_literal(value) else None


codec("last_axis_channels", lift=_lift_channels_last, lower=lambda value: value, optional=True)


def _lift_activation(value: Any, *_: Any) -> Any:
    """An activation by its name, its function, or None for none: a reference to the op, with its other arguments."""
    from .binding import bind

    if isinstance(value, Ref) and value.op == "identity" or value in (None, "linear"):
        return None
    if not isinstance(value, str):
        return value
    for entry in registry.lookup("keras", f"activations.{value}"):
        for signature in entry.sources("keras"):
            if signature.callee == f"activations.{value}":
                args = bind(signature, [const(None)], {}).args
                return Ref("function", entry.name, {k: v for k, v in args.items() if k != "x"}, verbatim=False)
    raise Decline(f"activation {value!r} is not known")


def _lower_activation(value: Any, *_: Any) -> Any:
    """The name of a function where it has one with these arguments."""
    if not isinstance(value, Ref):
        return value
    for signature in registry.entry("function", value.op).sources("keras"):
        space, name = signature.callee.split(".", 1)
        if space == "activations":
            found = _lift_activation(name)
            if found.op == value.op and (not value.where or found.key() == value.key()):
                return name
    raise Decline(f"{value.op} has no name")


codec("activation", lift=_lift_activation, lower=_lower_activation, optional=True)


def _lift_same(value: Any, *_: Any) -> Any:
    """Padding by name: "same" pads so that the output has size / stride positions, the odd one at the end."""
    name = value.lower() if isinstance(value, str) else value
    if name == "valid":
        return 0
    if name in ("same", "causal"):
        return name
    if is_literal(value):
        raise Decline(f"padding {value!r} is not supported")
    return Idiom(BY_NAME, {"name": value}, span=value.span, verbatim=False)


def _lower_same(value: Any, *_: Any) -> Any:
    if isinstance(value, str) or not is_literal(value):
        return value
    if value == 0:
        return "valid"
    raise Decline("padding in numbers")


codec("named_pad", lift=_lift_same, lower=_lower_same)


def _not_causal(value: Any, *_: Any) -> Any:
    if value == "causal":
        raise Decline("causal padding")
    return _lift_same(value)


codec("symmetric_pad", lift=_not_causal, lower=_lower_same)


def _lift_for_axes(value: Any, operand: Any, count: Any) -> Any:
    """A window of as many spatial axes, by its own sizes or by the axes of the operand."""
    shape = known(operand).shape
    axes = len(value) if isinstance(value, (tuple, list)) else len(shape) - 2 if shape is not None else None
    if axes != count:
        raise Decline(f"{count} spatial axes are expected" if axes is not None else "the number of axes is not known")
    return value


codec("for_axes", lift=_lift_for_axes, lower=lambda value, *_: value)


def _lift_pairs(value: Any, count: Any) -> Any:
    """Borders of spatial axes (one number; one for each axis; one pair for each axis) as flat pairs, the last axis first."""
    items: Any = value if isinstance(value, (tuple, list)) else (value,) * count
    if not all(is_literal(i) for i in items):  # one number, a pair, or all of them: known when the program runs
        return Idiom(BY_NAME, {"name": const(value)}, span=getattr(value, "span", None), verbatim=False)
    if count == 1 and len(items) == 2 and all(isinstance(i, int) for i in items):
        items = (tuple(items),)
    if len(items) != count:
        raise Decline("the borders do not fit the axes")
    pairs = [tuple(i) if isinstance(i, (tuple, list)) else (i, i) for i in items]
    return tuple(n for pair in reversed(pairs) for n in pair)


def _lower_pairs(value: Any, count: Any) -> Any:
    if not is_literal(value):
        return value
    if not isinstance(value, (tuple, list)) or len(value) != 2 * count:
        raise Decline("the borders are not spelled out")
    pairs = tuple(zip(value[::2], value[1::2], strict=True))[::-1]
    return pairs[0] if count == 1 else pairs


codec("border_pairs", lift=_lift_pairs, lower=_lower_pairs)


def _all_of(value: Any, *_: Any) -> Any:
    if isinstance(value, (tuple, list)) and len(value) == 1:
        return value[0]
    return value


codec("single_axis", lift=_all_of, lower=_all_of)


codec("or_axis", lift=lambda axis, default: default if axis is None else axis, lower=lambda axis, *_: axis)
