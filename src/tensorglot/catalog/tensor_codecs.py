"""Value codecs of the tensor functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..pivot.nodes import Host, Ref, const, dotted_path
from . import registry
from .codecs import Decline, codec
from .known import FLOATS, INTS, RESULT, TENSOR_TYPES, known, plain


def _same(value: Any, *_: Any) -> Any:
    return value


def _of_kind(*kinds: str) -> Callable[..., Any]:
    def lift(value: Any, *_: Any) -> Any:
        kind = known(value).kind
        if kind is None:
            raise Decline(f"it is not known whether an argument is a {kinds[0]}")
        if kind not in kinds:
            raise Decline(f"a {kinds[0]} is expected, not a {kind}")
        return value
    return lift


codec("is_tensor", lift=_of_kind("tensor"), lower=_same)
codec("is_number", lift=_of_kind("number"), lower=_of_kind("number"))
codec("is_dim", lift=_of_kind("number", "sequence", "none"), lower=_same)
codec("is_single", lift=_of_kind("number", "none"), lower=_same)
codec("is_sequence", lift=_of_kind("sequence"), lower=_of_kind("sequence"))
codec("is_device", lift=_of_kind("device", "none"), lower=_same)


def _lift_dtype(value: Any, *_: Any) -> Any:
    """A dtype, also by the name of a tensor class (`"torch.FloatTensor"`)."""
    name = plain(value)
    if isinstance(name, str) and name in TENSOR_TYPES:
        return const(TENSOR_TYPES[name])
    return _of_kind("dtype", "none")(value)


codec("is_dtype", lift=_lift_dtype, lower=_same)


def _lift_tensor_class(value: Any, *_: Any) -> Any:
    """The class of all tensors, `type(x)` of one included: as a dtype it is the one that floats have by default."""
    if isinstance(value, dict):
        named = value.get("ref") == "torch.Tensor"
    elif isinstance(value, Host) and value.kind == "Call" and len(value.fields["args"]) == 1:
        named = dotted_path(value.fields["func"]) == "type" and known(value.fields["args"][0]).kind in ("tensor", None)
    else:
        named = isinstance(value, Ref) and (value.sort, value.op) == ("type", "tensor")
    if not named:
        raise Decline("it is not known whether an argument is a dtype")
    return value


codec("is_tensor_class", lift=_lift_tensor_class, lower=_same)


def _lift_elementwise_object(value: Any) -> Any:
    if registry.rules(f"{known(value).cls}.entropy") != {"elementwise"}:
        raise Decline("it is not known that the objects work element by element")
    return value


def _lift_same_class(value: Any, other: Any) -> Any:
    if None not in (a := known(value).cls, b := known(other).cls) and a != b:
        raise Decline(f"objects of two classes, {b} and {a}, are not supported")
    return value


codec("elementwise_object", lift=_lift_elementwise_object, lower=_same)
codec("same_class", lift=_lift_same_class, lower=_same)


def _lift_sizes(value: Any, *_: Any) -> Any:
    """`x.view(2, -1)`, `x.view((2, -1))` and `x.view(shape)` bound to `*sizes`: one sequence."""
    if not isinstance(value, tuple) or len(value) != 1:
        return value
    only = value[0]
    if getattr(only, "kind", None) == "Starred":
        return value
    kind = known(only).kind
    if kind == "sequence":
        return plain(only)
    if kind in ("number", "none"):
        return value
    raise Decline("it is not known whether the argument is a size or a sequence of sizes")


codec("sizes", lift=_lift_sizes, lower=_same)


def _lower_integral(value: Any) -> Any:
    if isinstance(plain(value), float):
        raise Decline("the target would make single precision numbers of these")
    return value


codec("integral", lift=_same, lower=_lower_integral)


def _lower_positive_axes(axes: Any) -> Any:
    axes = plain(axes)
    if isinstance(axes, (tuple, list)) and all(isinstance(plain(a), int) for a in axes):
        return tuple(plain(a) % len(axes) for a in axes)
    return axes


codec("permutation", lift=_same, lower=_lower_positive_axes)


def _lower_operand(value: Any, other: Any) -> Any:
    """Python operators of the targets do not promote dtypes: they are kept only where there is nothing to promote."""
    a, b = known(value), known(other)
    if a.dtype and b.dtype and (a.dtype != b.dtype or a.dtype not in FLOATS | {"complex64", "complex128"}):
        raise Decline(f"operands of dtype {a.dtype} and {b.dtype} need promotion")
    for tensor, scalar in ((a, other), (b, value)):
        if tensor.dtype == "bool" or tensor.dtype in INTS and isinstance(plain(scalar), float):
            raise Decline(f"operands of dtype {tensor.dtype} and a number need promotion")
    return value


codec("operand", lift=_same, lower=_lower_operand)


def _lower_first_operand(value: Any, other: Any) -> Any:
    """The operand that gives the others their dtype: a Python number would make single precision of them."""
    if known(value).kind == "number":
        raise Decline("a number in the first place fixes the dtype")
    return _lower_operand(value, other)


codec("first_operand", lift=_same, lower=_lower_first_operand)


def _lower_or_zero(value: Any) -> Any:
    """A summand that may be None, which adds nothing."""
    if isinstance(value, Host) and value.kind == "IfExp":
        parts = {k: const(0) if plain(value.fields[k]) is None else value.fields[k] for k in ("body", "orelse")}
        return Host("IfExp", {**value.fields, **parts}, verbatim=False)
    if not known(value).optional or not (isinstance(value, Host) and value.kind in ("Name", "Attribute")):
        return value
    absent = Host("Compare", {"left": value, "ops": ["Is"], "comparators": [const(None)]}, verbatim=False)
    return Host("IfExp", {"test": absent, "body": const(0), "orelse": value}, verbatim=False)


codec("or_zero", lift=_same, lower=_lower_or_zero)


def _lower_even(count: Any) -> Any:
    """A number of parts that were of one size in the examples."""
    if len({part.shape for part in known(RESULT).items}) > 1:
        raise Decline("the parts are not of one size")
    return count


codec("even", lift=_same, lower=_lower_even)


def _lower_no_bias(value: Any, other: Any) -> Any:
    """A second operand of Keras's `add`, if neither's last axis is stretched: TensorFlow's backend adds what can be
    squeezed to a vector to the last axis, or to the second one, that has its length
    (keras/src/backend/tensorflow/numpy.py)."""
    shape, large = known(value).shape, known(other).shape
    if shape and large and shape != large and sum(size > 1 for size in shape[1:]) < 2 and (
            shape[-1] == 1 and len(shape) > 1 or large[-1] == 1 != shape[-1]):
        raise Decline("the operand would be taken for a bias")
    return value


codec("no_bias", lift=_same, lower=_lower_no_bias)


def _lower_float_operand(value: Any, other: Any) -> Any:
    """True division of integers gives floatx in the source, float64 by the operator of some targets."""
    if {known(value).dtype, known(other).dtype} & INTS:
        raise Decline("true division of integers")
    return _lower_operand(value, other)


codec("float_operand", lift=_same, lower=_lower_float_operand)


def _lower_logical(value: Any, other: Any) -> Any:
    a, b = known(value).dtype, known(other).dtype
    if a and b and a != b:
        raise Decline(f"operands of dtype {a} and {b} need promotion")
    return value


codec("logical_operand", lift=_same, lower=_lower_logical)


def _lower_matrix(value: Any) -> Any:
    shape = known(value).shape
    if shape is not None and len(shape) < 2:
        raise Decline("the operator needs matrices")
    return value


codec("matrix", lift=_same, lower=_lower_matrix)


def _lower_numeric(value: Any) -> Any:
    if known(value).dtype == "bool":
        raise Decline("booleans cannot be summed here")
    return value


codec("numeric", lift=_same, lower=_lower_numeric)


def _lower_real(value: Any) -> Any:
    if known(value).dtype in INTS | {"bool"}:
        raise Decline("the target has the function for floats only")
    return value


codec("real", lift=_same, lower=_lower_real)


def _lower_some(value: Any) -> Any:
    if plain(value) is None:
        raise Decline("None has another meaning here")
    return value


codec("some", lift=_same, lower=_lower_some)


def _lower_complex(value: Any) -> Any:
    named = value.op if isinstance(value, Ref) else plain(value)
    if named not in ("complex64", "complex128"):
        raise Decline("no complex numbers are asked for")
    return value


codec("complex_dtype", lift=_same, lower=_lower_complex)


def _lower_some_axis(value: Any) -> Any:
    if plain(value) in (None, (), []):
        raise Decline("no axis has another meaning here")
    return value


codec("some_axis", lift=_same, lower=_lower_some_axis)


def _lower_boolean(value: Any) -> Any:
    if known(value).dtype not in (None, "bool"):
        raise Decline("a boolean tensor is expected")
    return value


codec("boolean", lift=_same, lower=_lower_boolean)


def _lower_single(value: Any) -> Any:
    if known(value).kind != "number":
        raise Decline("one axis is expected")
    return value


codec("single", lift=_same, lower=_lower_single)


def _lift_only(value: Any, *_: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    raise Decline("one tensor is expected")


codec("only", lift=_lift_only, lower=lambda value: (value,))


def _lower_whole(value: Any) -> int:
    number = plain(value)
    if isinstance(number, (int, float)) and number == number // 1 and number >= 1:
        return int(number)
    raise Decline("a positive whole number is expected")


codec("whole", lift=_same, lower=_lower_whole)


def _opposite(value: Any, *_: Any) -> bool:
    if not isinstance(plain(value), bool):
        raise Decline("True or False is expected")
    return not plain(value)


codec("opposite", lift=_opposite, lower=_opposite)


def _lift_correction(value: Any, *_: Any) -> Any:
    if not isinstance(plain(value), bool):
        raise Decline("`unbiased` must be True or False")
    return int(plain(value))


def _lower_correction(value: Any) -> Any:
    if plain(value) not in (0, 1):
        raise Decline("a correction other than 0 or 1")
    return bool(plain(value))


codec("unbiased", lift=_lift_correction, lower=_lower_correction)


def _lower_fill_dtype(dtype: Any, value: Any) -> Any:
    """dtype of a filled tensor: the given one, else that of the number (integers do not become floats)."""
    value = plain(value)
    if plain(dtype) is not None:
        return dtype
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int64"
    if isinstance(value, float):
        return None
    kind = known(value)
    if kind.number:
        return "int64" if kind.number == "int" else None
    if kind.dtype:
        return kind.dtype
    raise Decline("the dtype of the filled value is not known")


codec("fill_dtype", lift=_same, lower=_lower_fill_dtype)


def _lower_full_shape(shape: Any) -> Any:
    """A shape without -1 (where that means: keep the size)."""
    items = plain(shape)
    if getattr(items, "kind", None) in ("Tuple", "List"):
        items = items.fields["elts"]
    if not isinstance(items, (tuple, list)) or any(plain(i) == -1 for i in items) or \
            any(getattr(i, "kind", None) == "Starred" for i in items):
        raise Decline("sizes may be kept with -1")
    return shape


codec("full_shape", lift=_same, lower=_lower_full_shape)


def _lift_tensors(value: Any) -> Any:
    """Tensors that are given one by one, or all in one sequence: what a single argument is must be known."""
    if isinstance(value, tuple) and len(value) == 1 and known(value[0]).kind is None:
        raise Decline("it is not known whether the argument is a tensor or a sequence of tensors")
    return value


codec("tensors", lift=_lift_tensors, lower=_same)


def _lower_split_points(parts: Any) -> Any:
    """Sizes of the parts → the positions between them."""
    parts = plain(parts)
    if not isinstance(parts, (tuple, list)) or any(getattr(p, "kind", None) == "Starred" for p in parts):
        raise Decline("sizes of the parts are not known")
    points: list[Any] = []
    for part in map(plain, parts[:-1]):
        before = points[-1] if points else 0
        if isinstance(part, int) and isinstance(before, int):
            points.append(before + part)
        elif before == 0:
            points.append(part)
        elif len(points) == 1:  # a longer sum of names reads worse than the adapter
            points.append(Host("BinOp", {"left": const(before), "op": "Add", "right": const(part)}, verbatim=False))
        else:
            raise Decline("sizes of the parts are not known")
    return points


codec("split_points", lift=_same, lower=_lower_split_points)


def _lower_same_sides(index: Any, x: Any, axis: Any) -> Any:
    a, b, axis = known(index).shape, known(x).shape, plain(axis)
    if a is None or b is None or len(a) != len(b) or not isinstance(axis, int):
        raise Decline("the shape of the index is not known")
    axis %= max(len(a), 1)
    if any(p != q for d, (p, q) in enumerate(zip(a, b, strict=True)) if d != axis):
        raise Decline("the index is smaller than the tensor")
    return index


codec("same_sides", lift=_same, lower=_lower_same_sides)

def _lower_side(right: Any) -> str:
    if not isinstance(plain(right), bool):
        raise Decline("the side must be a literal")
    return "right" if plain(right) else "left"


codec("right_side", lift=lambda value, *_: {"left": False, "right": True}[plain(value)], lower=_lower_side)


def _lift_indexing(value: Any, *_: Any) -> Any:
    return "ij" if plain(value) is None else value


codec("grid_indexing", lift=_lift_indexing, lower=_same)


def _lower_class_count(value: Any) -> Any:
    if plain(value) == -1:
        raise Decline("the number of classes depends on the data")
    return value


codec("class_count", lift=_same, lower=_lower_class_count)


def _items(key: Any) -> list[Any]:
    key = plain(key)
    if getattr(key, "kind", None) == "Tuple":
        return list(key.fields["elts"])
    return list(key) if isinstance(key, tuple) else [key]


def _lower_basic_key(key: Any) -> Any:
    """A subscript of integers, slices, None and Ellipsis only."""
    for item in _items(key):
        if getattr(plain(item), "kind", None) in ("Slice", "Starred"):
            continue
        if known(item).kind in ("tensor", "sequence", "bool"):
            raise Decline("the target's subscripts take no arrays")
    return key


codec("basic_key", lift=_same, lower=_lower_basic_key)


def _lower_value_key(key: Any) -> Any:
    """A subscript that is an expression: one with `:` is none."""
    if any(getattr(plain(item), "kind", None) == "Slice" for item in _items(key)):
        raise Decline("slices are no expressions")
    return key


codec("value_key", lift=_same, lower=_lower_value_key)


def _lower_index_key(key: Any) -> Any:
    fact = known(key)
    if fact.kind == "tensor" and fact.dtype in INTS and (fact.shape is None or fact.shape):
        return key
    raise Decline("the key is no tensor of indices")


codec("index_key", lift=_same, lower=_lower_index_key)
