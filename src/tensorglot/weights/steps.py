"""Exact rearrangements of one tensor: a list of `["reshape", shape]` and `["permute", axes]` steps.

Steps are plain JSON, never change a value, and can be undone given the shape that they start from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError

Step = list[Any]
Shape = tuple[int, ...]

#: Side of the tiles in which transposed arrays are copied.
_TILE = 128


def apply(steps: Sequence[Step], array: Any) -> Any:
    """The array after the steps (numpy array in, numpy view or copy out)."""
    for kind, argument in steps:
        array = array.reshape(argument) if kind == "reshape" else array.transpose(argument)
    return array


def packed(array: np.ndarray) -> np.ndarray:
    """The array in C order. Transposed ones are copied in tiles, which keeps to the caches: two to three times faster
    than numpy's own copy.
    """
    last = array.ndim - 1
    steps = [abs(stride) if size > 1 else math.inf for size, stride in zip(array.shape, array.strides, strict=True)]
    if array.flags.c_contiguous or array.ndim < 2 or (fast := steps.index(min(steps))) == last:
        return np.ascontiguousarray(array)
    out = np.empty(array.shape, array.dtype)
    source, target = np.moveaxis(array, (fast, last), (0, 1)), np.moveaxis(out, (fast, last), (0, 1))
    for i in range(0, source.shape[0], _TILE):
        for j in range(0, source.shape[1], _TILE):
            target[i:i + _TILE, j:j + _TILE] = source[i:i + _TILE, j:j + _TILE]
    return out


def result_shape(steps: Sequence[Step], shape: Shape) -> Shape:
    """Shape after the steps."""
    for kind, argument in steps:
        shape = tuple(argument) if kind == "reshape" else tuple(shape[i] for i in argument)
    return shape


def invert(steps: Sequence[Step], shape: Shape) -> list[Step]:
    """The steps that undo `steps` on a tensor that had `shape` before them."""
    out: list[Step] = []
    for kind, argument in steps:
        if kind == "reshape":
            out.append(["reshape", list(shape)])
        else:
            out.append(["permute", [list(argument).index(i) for i in range(len(argument))]])
        shape = result_shape([[kind, argument]], shape)
    return out[::-1]


def align(a_axes: Sequence[str], b_axes: Sequence[str], shape: Shape) -> list[Step]:
    """Steps from axes `a_axes` to `b_axes` (catalog notation: `O I S*`, `1` for an axis of size one).

    Raises `ValueError` if the axes do not name the same dimensions or do not fit a tensor of `shape`.
    """
    spread = len(shape) - sum(not axis.endswith("*") for axis in a_axes)
    if spread < 0 or (spread and not any(axis.endswith("*") for axis in a_axes)):
        raise ValueError(f"a tensor of shape {list(shape)} does not have the axes {' '.join(a_axes)}")
    a, b = expand(a_axes, spread), expand(b_axes, spread)
    if sorted(x for x in a if x != "1") != sorted(x for x in b if x != "1"):
        raise ValueError(f"axes {' '.join(a_axes)} and {' '.join(b_axes)} differ")
    sizes = dict(zip(a, shape, strict=True))
    named = [x for x in a if x != "1"]
    order = [named.index(x) for x in b if x != "1"]
    steps: list[Step] = []
    if "1" in a:
        steps.append(["reshape", [sizes[x] for x in named]])
    if order != sorted(order):
        steps.append(["permute", order])
    if "1" in b:
        steps.append(["reshape", [1 if x == "1" else sizes[x] for x in b]])
    return steps


def expand(axes: Sequence[str], spread: int) -> list[str]:
    """Axes with `S*` written out as `spread` axes."""
    out: list[str] = []
    for axis in axes:
        out += [f"{axis}{i}" for i in range(spread)] if axis.endswith("*") else [axis]
    return out


def regroup(shape: Shape, axis: int, sizes: Sequence[int], order: Sequence[int]) -> list[Step]:
    """Steps that reorder one axis, a flattened feature map of `sizes`, to the storage order `order`."""
    if list(order) == sorted(order):
        return []
    split = [*shape[:axis], *sizes, *shape[axis + 1:]]
    permute = [*range(axis), *(axis + i for i in order), *range(axis + len(sizes), len(split))]
    return [["reshape", split], ["permute", permute], ["reshape", list(shape)]]


def scale_map(seen: Sequence[int], actual: int, tensor: str) -> list[int]:
    """Sizes `[c, *spatial]` of a flattened feature map that has `actual` elements where an example had `seen`.

    Another hyper-parameter changes the channels, another image size the spatial extents by one factor. Raises TG041
    where neither or both explain the number, naming the tensor.
    """
    channels, spatial = seen[0], list(seen[1:])
    if math.prod(seen) == actual:
        return list(seen)
    candidates = []
    area = math.prod(spatial)
    if actual % area == 0:
        candidates.append([actual // area, *spatial])
    if spatial and actual % channels == 0:
        scaled = _same_aspect(spatial, actual // channels)
        if scaled:
            candidates.append([channels, *scaled])
    if len(candidates) != 1:
        why = "its channels or its extents may have changed" if candidates else "no scaling of it fits"
        raise TensorglotError(
            f"{tensor}: {actual} rows belong to a flattened feature map that was {list(seen)} when migrated; {why}",
            code="TG041", remedy="write the sizes of this model into the plan's \"rows\", or migrate again with "
            "--model set to this configuration")
    return candidates[0]


def _same_aspect(spatial: list[int], area: int) -> list[int] | None:
    divisor = math.gcd(*spatial)
    unit = [s // divisor for s in spatial]
    factor = round((area / math.prod(unit)) ** (1 / len(unit)))
    scaled = [u * factor for u in unit]
    return scaled if factor and math.prod(scaled) == area else None
