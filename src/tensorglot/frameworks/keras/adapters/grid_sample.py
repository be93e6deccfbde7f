"""Sampling of images at given positions."""

import math

from keras import ops


def grid_sample(x, grid, mode="bilinear", padding="zeros", align_corners=None):
    """Values of `x` (N, *spatial, C) at the positions `grid` (N, *points, 2 or 3), as (N, *points, C).

    The last axis of `grid` holds x, y(, z) in [-1, 1] (see `affine_grid`). `mode` is bilinear (trilinear for volumes),
    nearest or bicubic (images; a = -0.75); `padding` says what lies outside: zeros, border or reflection.
    """
    sizes = ops.shape(x)[1:-1]
    rank = len(sizes)
    places = []
    for axis in range(rank):
        size = ops.cast(sizes[axis], grid.dtype)
        place = grid[..., rank - 1 - axis]
        place = (place + 1) / 2 * (size - 1) if align_corners else ((place + 1) * size - 1) / 2
        places.append(place if mode == "bicubic" else _inside(place, size, padding, align_corners))
    if mode == "nearest":
        return _look_up(x, [ops.round(place) for place in places], padding, align_corners)
    taps = [_taps(place, mode) for place in places]
    total = 0
    for number in range(math.prod(len(t) for t in taps)):
        weight, corner = 1, []
        for tap in taps:
            number, choice = divmod(number, len(tap))
            corner.append(tap[choice][0])
            weight = weight * tap[choice][1]
        total = total + ops.expand_dims(weight, -1) * _look_up(x, corner, padding, align_corners)
    return total


def _inside(place, size, padding, align_corners):
    """Positions moved into the image, as `padding` says."""
    if padding == "border":
        return ops.clip(place, 0, size - 1)
    if padding == "reflection":
        low, span = (0, ops.maximum(size - 1, 1)) if align_corners else (-0.5, size)
        away = ops.abs(place - low)
        turns = ops.floor(away / span)
        rest = away - turns * span
        even = ops.equal(ops.mod(turns, 2), 0)
        return ops.clip(ops.where(even, rest + low, span - rest + low), 0, size - 1)
    return place


def _taps(place, mode):
    """Pairs (element, weight) between which a position is interpolated."""
    first = ops.floor(place)
    t = place - first
    first = ops.stop_gradient(first)
    if mode == "bilinear":
        return [(first, 1 - t), (first + 1, t)]
    a = -0.75

    def near(d):
        return ((a + 2) * d - (a + 3)) * d * d + 1

    def far(d):
        return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a

    return [(first - 1, far(t + 1)), (first, near(t)), (first + 1, near(1 - t)), (first + 2, far(2 - t))]


def _look_up(x, corner, padding, align_corners):
    """Elements of `x` at whole positions; zeros outside where `padding` says so."""
    sizes = ops.shape(x)[1:-1]
    index, valid = 0, True
    for count, place in zip(sizes, corner, strict=True):
        size = ops.cast(count, place.dtype)
        place = _inside(place, size, padding, align_corners)
        valid = ops.logical_and(valid, ops.logical_and(place >= 0, place <= size - 1))
        index = index * count + ops.cast(ops.clip(place, 0, size - 1), "int32")
    points = ops.shape(index)[1:]
    flat = ops.reshape(x, (ops.shape(x)[0], -1, x.shape[-1]))
    count = 1
    for n in points:
        count = count * n
    rows = ops.reshape(index, (-1, count, 1))
    values = ops.take_along_axis(flat, rows, axis=1)
    values = ops.reshape(values, (-1, *points, x.shape[-1]))
    if padding != "zeros":
        return values
    return ops.where(ops.expand_dims(valid, -1), values, ops.zeros((), dtype=x.dtype))
