"""Max pooling with padding, dilation, rounding up, and the places of the maxima."""

from keras import ops

from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.pool_pads import pool_pads
from tensorglot.frameworks.keras.adapters.spatial_pad import spatial_pad
from tensorglot.frameworks.keras.adapters.windows import windows


def max_pool(x, pool_size, strides=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Pools `x` (N, S..., C); padding never wins. Indices count the elements of S... in row-major order."""
    rank = len(x.shape) - 2
    pool_size, padding, dilation = (per_axis(value, rank) for value in (pool_size, padding, dilation))
    strides = per_axis(strides, rank) if strides else pool_size
    sizes = ops.shape(x)[1:-1]
    padded = spatial_pad(x, pool_pads(padding, strides, ceil_mode), value=float("-inf"))
    kept = tuple(slice(0, (size + pad - 1) // step + 1) if ceil_mode else slice(None)
                 for size, pad, step in zip(sizes, padding, strides, strict=True))
    if not return_indices and max(dilation) == 1:
        return ops.max_pool(padded, pool_size, strides, "valid")[(slice(None), *kept)]
    parts, offsets = windows(padded, pool_size, strides, dilation)
    parts = ops.stack([part[(slice(None), *kept)] for part in parts])
    y = ops.max(parts, axis=0)
    if not return_indices:
        return y
    winner = ops.argmax(parts, axis=0)
    flat = 0
    for axis, (size, pad, step) in enumerate(zip(sizes, padding, strides, strict=True)):
        inside = ops.take(ops.convert_to_tensor([offset[axis] for offset in offsets], dtype="int32"), winner, axis=0)
        start = ops.arange(ops.shape(y)[axis + 1], dtype="int32") * step - pad
        start = ops.reshape(start, (-1, *(1,) * (rank - axis)))
        flat = flat * size + start + inside
    return y, flat
