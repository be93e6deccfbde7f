"""Puts values back to the places that max pooling took them from."""

from keras import ops

from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def max_unpool(x, indices, pool_size, strides=None, padding=0, output_size=None):
    """`x`, `indices` (N, S..., C) to (N, S'..., C), zero elsewhere; indices are row-major places in S'...

    S' is `output_size` (of the spatial axes, or of all), or (S - 1) stride - 2 padding + pool_size.
    """
    rank = len(x.shape) - 2
    pool_size, padding = per_axis(pool_size, rank), per_axis(padding, rank)
    strides = per_axis(strides, rank) if strides else pool_size
    batch, *sizes, channels = ops.shape(x)
    if output_size is None:
        output_size = [(size - 1) * step - 2 * pad + width
                       for size, step, pad, width in zip(sizes, strides, padding, pool_size, strict=True)]
    elif len(output_size) == rank + 2:
        output_size = output_size[1:-1]
    places = 1
    for size in output_size:
        places = places * size
    sample = ops.reshape(ops.arange(batch, dtype="int32"), (-1, *(1,) * (rank + 1)))
    flat = (sample * places + ops.cast(indices, "int32")) * channels + ops.arange(channels, dtype="int32")
    y = ops.zeros((batch * places * channels,), dtype=x.dtype)
    y = ops.scatter_update(y, ops.reshape(flat, (-1, 1)), ops.reshape(x, (-1,)))
    return ops.reshape(y, (batch, *output_size, channels))
