"""Resizing of the spatial axes."""

from keras import ops

from tensorglot.frameworks.keras.adapters.adaptive_avg_pool import adaptive_avg_pool
from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.resize_axis import resize_axis


def interpolate(x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None,
                antialias=False):
    """Resizes `x` (N, S..., C) to `size` or by `scale_factor` (one number, or one per spatial axis).

    `mode`: "nearest", "nearest-exact", "area", "linear" (also "bilinear", "trilinear") or "bicubic".
    A `scale_factor` also gives the distance of the samples, unless `recompute_scale_factor`.
    """
    rank = len(x.shape) - 2
    old = ops.shape(x)[1:-1]
    factors = (None,) * rank if scale_factor is None else per_axis(scale_factor, rank)
    if size is None:
        size = tuple(scaled(length, factor) for length, factor in zip(old, factors, strict=True))
    if mode == "area":
        return adaptive_avg_pool(x, size)
    for axis, (length, factor) in enumerate(zip(per_axis(size, rank), factors, strict=True), start=1):
        x = resize_axis(x, axis, length, None if recompute_scale_factor else factor, mode, bool(align_corners),
                        antialias)
    return x


def scaled(length, factor):
    """The integer part of length * factor; `length` may be a tensor."""
    if isinstance(length, int):
        return int(length * factor)
    return ops.cast(ops.floor(ops.cast(length, "float64") * factor), "int32")
