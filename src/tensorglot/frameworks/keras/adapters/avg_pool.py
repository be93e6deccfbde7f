"""Average pooling with padding, rounding up and a choice of divisor."""

import math

from keras import ops

from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.pool_pads import pool_pads
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad


def avg_pool(x, pool_size, strides=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """Pools `x` (N, S..., C); `divisor_override` replaces the number of elements that a window's sum is divided by."""
    rank = len(x.shape) - 2
    pool_size, padding = per_axis(pool_size, rank), per_axis(padding, rank)
    strides = per_axis(strides, rank) if strides else pool_size
    sizes = ops.shape(x)[1:-1]
    y = ops.average_pool(spatial_pad(x, pool_pads(padding, strides, ceil_mode)), pool_size, strides, "valid")
    if ceil_mode:
        y = y[(slice(None), *(slice(0, (size + pad - 1) // step + 1)
                              for size, pad, step in zip(sizes, padding, strides, strict=True)))]
    if divisor_override is not None:
        return y * (math.prod(pool_size) / divisor_override)
    if count_include_pad and not ceil_mode or not (ceil_mode or any(padding)):
        return y
    for axis, (size, width, step, pad) in enumerate(zip(sizes, pool_size, strides, padding, strict=True), start=1):
        margin = pad if count_include_pad else 0
        start = ops.arange(ops.shape(y)[axis], dtype="int32") * step - pad
        count = ops.minimum(start + width, size + margin) - ops.maximum(start, -margin)
        share = width / ops.cast(count, y.dtype)
        y = y * ops.reshape(share, (-1, *(1,) * (rank + 1 - axis)))
    return y
