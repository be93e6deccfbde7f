"""Resizing of one axis."""

from keras import ops


def resize_axis(x, axis, size, factor, mode, align_corners, antialias):
    """Resamples `axis` of `x` to `size` places that lie 1 / `factor` apart (None: old size / new size)."""
    old = ops.shape(x)[axis]
    dtype = "float32" if mode.startswith("nearest") else x.dtype
    length, new_length = (ops.convert_to_tensor(value, dtype=dtype) for value in (old, size))
    index = ops.cast(ops.arange(size, dtype="int32"), dtype)
    if align_corners and not mode.startswith("nearest"):
        step = (length - 1) / ops.maximum(new_length - 1, 1)
    else:
        step = length / new_length if factor is None else ops.convert_to_tensor(1.0 / factor, dtype=dtype)
    if mode.startswith("nearest"):
        place = (index + 0.5) * step if mode == "nearest-exact" else index * step
        return ops.take(x, ops.minimum(ops.cast(ops.floor(place), "int32"), old - 1), axis=axis)
    if antialias:
        weights = _antialiasing_weights(index, old, step, mode)
        return ops.moveaxis(ops.tensordot(x, weights, axes=[[axis], [1]]), -1, axis)
    place = index * step if align_corners else (index + 0.5) * step - 0.5
    if mode != "bicubic":
        place = ops.maximum(place, 0)
    first = ops.floor(place)
    rest = place - first
    taps = _cubic_taps(rest) if mode == "bicubic" else [(0, 1 - rest), (1, rest)]
    shape = (-1, *(1,) * (len(x.shape) - axis - 1))
    result = 0
    for offset, weight in taps:
        source = ops.clip(ops.cast(first, "int32") + offset, 0, old - 1)
        result = result + ops.take(x, source, axis=axis) * ops.reshape(weight, shape)
    return result


def _cubic(distance, a):
    """Keys' cubic convolution kernel with parameter `a` at `distance` >= 0."""
    near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
    far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
    return ops.where(distance <= 1, near, ops.where(distance < 2, far, ops.zeros_like(far)))


def _cubic_taps(rest):
    """Offsets and weights of the four neighbours of a place that lies `rest` behind the second."""
    return [(offset, _cubic(ops.absolute(rest - offset), -0.75)) for offset in (-1, 0, 1, 2)]


def _antialiasing_weights(index, length, step, mode):
    """A (new size, old size) matrix: the kernel is stretched where the axis shrinks."""
    stretch = ops.maximum(step, 1.0)
    reach = stretch * (2 if mode == "bicubic" else 1)
    center = (step * (index + 0.5))[:, None]
    place = ops.cast(ops.arange(length, dtype="int32"), index.dtype)[None, :]
    inside = ops.logical_and(place >= ops.floor(center - reach + 0.5), place < ops.floor(center + reach + 0.5))
    distance = ops.absolute(place + 0.5 - center) / stretch
    weights = _cubic(distance, -0.5) if mode == "bicubic" else ops.relu(1 - distance)
    weights = ops.where(inside, weights, ops.zeros_like(weights))
    return weights / ops.sum(weights, axis=1, keepdims=True)
