"""Value codecs of image-like layers: paddings, pooling, normalised shapes, resizing."""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Host, const, literal
from ..pivot.nodes import is_literal as is_literal_node
from .codecs import Decline, codec, is_literal
from .known import known


def same(a: Any, b: Any) -> bool:
    """True where two canonical values are proven equal: equal literals, or the same expression."""
    if is_literal(a) and is_literal(b):
        return bool(a == b)
    return not is_literal(a) and not is_literal(b) and (a is b or a.key() == b.key())


def items_of(value: Any) -> Any:
    """The items of a sequence that is written out, literal or not; any other value as it is."""
    if getattr(value, "kind", None) in ("Tuple", "List"):
        return tuple(literal(item) if is_literal_node(item) else item for item in value.fields["elts"])
    return value


def numbers(value: Any) -> tuple[int, ...] | None:
    """A literal number or sequence of numbers as a tuple, else None."""
    items = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(items) if all(isinstance(item, int) for item in items) else None


def aligned(*values: Any) -> list[tuple[int, ...]] | None:
    """Literal numbers or sequences brought to one length, else None."""
    rows = [row for row in map(numbers, values) if row]
    if len(rows) < len(values):
        return None
    length = max(map(len, rows))
    rows = [row * length if len(row) == 1 else row for row in rows]
    return rows if all(len(row) == length for row in rows) else None


def all_are(value: Any, number: int) -> bool:
    """True where a value is proven to be `number` on all axes."""
    items = numbers(value)
    return items is not None and all(item == number for item in items)


def _keeps_size(pad: Any, kernel: Any, dilation: Any) -> bool:
    """True where 2 pad = dilation (kernel - 1) is proven: a stride of 1 then keeps the size."""
    if all_are(kernel, 3) and same(pad, dilation):
        return True
    rows = aligned(pad, kernel, dilation)
    return rows is not None and all(2 * p == d * (k - 1) for p, k, d in zip(*rows, strict=True))


def _conv_pad(pad: Any, kernel: Any = None, stride: Any = 1, dilation: Any = 1) -> str:
    if isinstance(pad, str):
        return pad
    if all_are(pad, 0):
        return "valid"
    if all_are(stride, 1) and _keeps_size(pad, kernel, dilation):
        return "same"
    raise Decline('padding in numbers that is not proven to be "valid" or "same"')


def _lift_pad(pad: Any, kernel: Any = None, stride: Any = 1, *_: Any) -> Any:
    if pad == "valid":
        return 0
    if pad == "same" and all_are(stride, 1):
        return "same"
    raise Decline(f"padding {pad!r} has no number")


#: Role of a layer's kernel that was transposed to the source's axes.
IN_SOURCE_ORDER = "in source order"


def _lower_stored(weight: Any) -> Any:
    """A layer's own kernel as it is stored, where all that is done with it is to give it the source's axes."""
    if getattr(weight, "role", None) != IN_SOURCE_ORDER:
        raise Decline("the weight is not that of a layer")
    return weight.fields["args"][0]


codec("stored", lift=lambda value, *_: value, lower=_lower_stored)


codec("conv_pad", lift=_lift_pad, lower=_conv_pad)


def _numeric(value: Any, *_: Any) -> Any:
    if value is None or isinstance(value, str):
        raise Decline(f"{value!r} is expected in numbers" if value else "a number is expected")
    return value


def _by_side(pad: Any, stride: Any = 1) -> Any:
    """Padding in numbers, or by name where a stride of 1 leaves no question of where the windows begin."""
    return pad if isinstance(pad, str) and pad != "causal" and all_are(stride, 1) else _numeric(pad)


codec("in_numbers", lift=lambda value, *_: value, lower=_numeric)
codec("by_side", lift=lambda value, *_: value, lower=_by_side)


def _depth_multiplier(out: Any, groups: Any, inputs: Any) -> int:
    """Filters per input channel where each channel is a group of its own."""
    if not same(groups, inputs) or groups == 1:
        raise Decline("not proven that each channel is a group of its own")
    if same(out, inputs):
        return 1
    if isinstance(out, int) and isinstance(inputs, int) and out % inputs == 0:
        return out // inputs
    raise Decline("number of filters per channel is not known")


def _lift_depth_multiplier(value: Any, *_: Any) -> Any:
    raise Decline("a depth multiplier needs the number of input channels")


codec("depth_multiplier", lift=_lift_depth_multiplier, lower=_depth_multiplier)


def _undilated(stride: Any, dilation: Any = 1) -> Any:
    """Keras refuses strides together with dilation."""
    if all_are(stride, 1) or all_are(dilation, 1):
        return stride
    raise Decline("strides and dilation together")


codec("undilated", lift=lambda stride, *_: stride, lower=_undilated)


def _equal_strides(stride: Any, dilation: Any = 1) -> Any:
    """Depthwise layers need equal strides on all axes."""
    items = numbers(stride)
    if items is not None and len(set(items)) > 1:
        raise Decline("strides that differ by axis")
    return _undilated(stride, dilation)


codec("equal_strides", lift=lambda stride, *_: stride, lower=_equal_strides)


def _transposed_pad(pad: Any, kernel: Any, stride: Any, output_padding: Any, dilation: Any) -> str:
    if isinstance(pad, str):
        return pad
    if not all_are(dilation, 1):
        raise Decline("dilated transposed convolution")
    if all_are(pad, 0):
        return "valid"
    rows = aligned(pad, kernel, stride)
    if rows and all_are(output_padding, 0) and all(2 * p == k - s for p, k, s in zip(*rows, strict=True)):
        return "same"
    raise Decline('padding in numbers that is not proven to be "valid" or "same"')


codec("transposed_pad", lift=_lift_pad, lower=_transposed_pad)


def _output_padding(output_padding: Any, pad: Any, kernel: Any, stride: Any) -> Any:
    """Keras makes "valid" outputs large enough to hold stride * size unless told otherwise."""
    if output_padding is None or isinstance(pad, str):
        return output_padding
    if not all_are(pad, 0):
        return None  # the padding is "same"
    rows = aligned(kernel, stride)
    if all_are(output_padding, 0):
        return None if rows and all(k >= s for k, s in zip(*rows, strict=True)) else 0
    rows = aligned(output_padding, stride)
    if rows and all(more < s for more, s in zip(*rows, strict=True)):
        return output_padding
    raise Decline("output padding that is not proven to be less than the stride")


def _lift_output_padding(value: Any, *_: Any) -> Any:
    if value is None:
        raise Decline("output padding that depends on kernel and stride")
    return value


codec("transposed_output_padding", lift=_lift_output_padding, lower=_output_padding)


def _max_pool_pad(pad: Any, kernel: Any, stride: Any) -> str:
    return _conv_pad(pad, kernel, kernel if stride is None else stride)


def _avg_pool_pad(pad: Any, kernel: Any, stride: Any, count_pad: Any) -> str:
    """Averages over a "same" window leave the padding out."""
    if not all_are(pad, 0) and count_pad is not False:
        raise Decline("averages that count the padding")
    return _conv_pad(pad, kernel, kernel if stride is None else stride)


def _lift_capitals(pad: Any, *rest: Any) -> Any:
    return _lift_pad(pad.lower() if isinstance(pad, str) else pad, *rest)


codec("max_pool_pad", lift=_lift_pad, lower=_max_pool_pad)
codec("avg_pool_pad", lift=_lift_pad, lower=_avg_pool_pad)
codec("tf_max_pool_pad", lift=_lift_capitals, lower=lambda *values: _max_pool_pad(*values).upper())
codec("tf_avg_pool_pad", lift=_lift_capitals, lower=lambda *values: _avg_pool_pad(*values).upper())
codec("stride_or_kernel", lift=lambda stride, *_: stride,
      lower=lambda stride, kernel: kernel if stride is None else stride)


def _given(value: Any) -> Any:
    if value is None:
        raise Decline("the axis is not given")
    return value


def _complement(share: Any) -> Any:
    """1 - share; None stays None."""
    if share is None:
        return None
    if isinstance(share, (int, float)):
        return float(f"{1 - share:.12g}")
    if getattr(share, "kind", None) == "BinOp" and share.fields["op"] == "Sub":
        left = share.fields["left"]
        if is_literal_node(left) and literal(left) == 1:
            return share.fields["right"]
    return Host("BinOp", {"left": const(1), "op": "Sub", "right": share}, verbatim=False)


codec("complement", lift=_complement, lower=_complement)


def _kept(decay: Any) -> Any:
    if decay is None:
        raise Decline("running statistics that weigh all batches alike")
    return decay


codec("kept", lift=lambda value: value, lower=_kept)

codec("given", lift=_given, lower=_given)


def _center(bias: Any, affine: Any) -> Any:
    if bias is False or affine is False:
        return False
    if bias is True:
        return affine
    if affine is True:
        return bias
    raise Decline("two conditions for the offset")


def _lift_center(value: Any, affine: Any) -> Any:
    if affine is False and value is not False:
        raise Decline("an offset without a scale")
    return value if affine is not False else True


codec("center", lift=_lift_center, lower=_center)


def _one_size(value: Any) -> Any:
    """A sequence of one size as that size; several sizes belong to another entry."""
    items = items_of(value)
    if isinstance(items, (tuple, list)):
        if len(items) != 1:
            raise Decline("several normalised axes")
        return items[0]
    if (told := known(value)).kind == "sequence" and told.length != 1:
        raise Decline("several normalised axes, or an unknown number")
    return value


codec("one_size", lift=_one_size, lower=lambda value: value)


def _last_axis(size: Any, affine: Any) -> int:
    """Axis -1 where the normalised shape is one size.

    An expression is taken for one size where a wrong guess fails at once, because the weights then do not fit.
    """
    if isinstance(size, int) or affine is not False or getattr(size, "is_int", False):
        return -1
    raise Decline("not proven that one axis is normalised")


def _lift_last_axis(value: Any, *_: Any) -> Any:
    raise Decline("the size of the normalised axis is not given")


codec("last_axis", lift=_lift_last_axis, lower=_last_axis)

#: The machine epsilon of float32, which torch takes where RMSNorm is given none.
MACHINE_EPSILON = 1.1920928955078125e-07
codec("eps_or_machine", lift=lambda value: value, lower=lambda value: MACHINE_EPSILON if value is None else value)


def _is_tanh(kind: Any) -> bool:
    if isinstance(kind, str) and kind in ("none", "tanh"):
        return kind == "tanh"
    raise Decline("the kind of GELU is not known")


codec("is_tanh", lift=lambda flag: "tanh" if flag else "none", lower=_is_tanh)


def _pairs(pad: Any, rank: int) -> Any:
    """Flat pads, last axis first, as one pair per axis; a number, or what is not written out, stays."""
    items = items_of(pad)
    if not isinstance(items, (tuple, list)):
        return pad
    if len(items) != 2 * rank:
        raise Decline(f"{len(items)} paddings for {rank} axes")
    return tuple((items[2 * i], items[2 * i + 1]) for i in reversed(range(rank)))


def _lift_pairs(value: Any, rank: int) -> Any:
    if isinstance(value, int) or not is_literal(value):
        return value
    pairs = [tuple(value)] if rank == 1 and isinstance(value[0], int) else \
        [(item, item) if isinstance(item, int) else tuple(item) for item in value]
    return tuple(number for pair in reversed(pairs) for number in pair)


codec("pairs", lift=_lift_pairs, lower=_pairs)


def _zero_pairs(pad: Any, rank: int) -> Any:
    """Pairs as the Keras layers take them: no negative number, the shortest form."""
    pairs = _pairs(pad, rank)
    flat = items_of(pad)
    flat = flat if isinstance(flat, (tuple, list)) else (flat,)
    if any(isinstance(item, int) and item < 0 for item in flat):
        raise Decline("negative padding")
    if pairs is pad:
        return pad
    if all(same(before, after) for before, after in pairs):
        ends = tuple(before for before, _ in pairs)
        return ends[0] if all(same(ends[0], end) for end in ends) else ends
    return pairs[0] if rank == 1 else pairs


codec("zero_pairs", lift=_lift_pairs, lower=_zero_pairs)


def _every_pair(pad: Any) -> Any:
    """(before, after) of every axis, once a pass has ordered them by stored axis."""
    pairs = items_of(pad)
    pairs = tuple(items_of(pair) for pair in pairs) if isinstance(pairs, (tuple, list)) else None
    if pairs is None or not all(isinstance(pair, (tuple, list)) for pair in pairs):
        raise Decline("paddings that are not written out")
    return pairs


def _full_pairs(pad: Any) -> Any:
    """The same without negative numbers."""
    pairs = _every_pair(pad)
    if any(isinstance(item, int) and item < 0 for pair in pairs for item in pair):
        raise Decline("negative padding")
    return pairs


codec("every_pair", lift=lambda value: value, lower=_every_pair)
codec("full_pairs", lift=lambda value: value, lower=_full_pairs)


def _array_pad_mode(mode: Any) -> str:
    if isinstance(mode, str) and mode in ("constant", "reflect"):
        return mode
    raise Decline(f"padding mode {mode!r}")


codec("array_pad_mode", lift=lambda value: value, lower=_array_pad_mode)


def _whole_factor(scale: Any, size: Any, recompute: Any = None) -> Any:
    """A scale that is a literal whole number (one, or one for each axis): whether it is recomputed does not matter."""
    items = scale if isinstance(scale, (tuple, list)) else (scale,)
    if size is not None or not all(isinstance(item, (int, float)) and item == int(item) > 0 for item in items):
        raise Decline("not a whole scale factor")
    whole = tuple(int(item) for item in items)
    return whole if isinstance(scale, (tuple, list)) else whole[0]


codec("whole_factor", lift=lambda value, *_: value, lower=_whole_factor)


def _resize_mode(mode: Any, align_corners: Any) -> str:
    if mode == "nearest" or mode == "bilinear" and not align_corners:
        return str(mode)
    raise Decline(f"resizing mode {mode!r} with align_corners={align_corners!r}")


codec("resize_mode", lift=lambda value, *_: value, lower=_resize_mode)
