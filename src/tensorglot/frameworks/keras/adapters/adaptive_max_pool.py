"""Max pooling to a given output size."""

from keras import ops

from tensorglot.frameworks.keras.adapters.adaptive_bins import adaptive_bins
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def adaptive_max_pool(x, output_size, return_indices=False):
    """Pools `x` (N, S..., C) to `output_size` (one number, or one per spatial axis; None keeps an axis as it is).

    Indices count the elements of S... in row-major order.
    """
    rank = len(x.shape) - 2
    flat = None
    if return_indices:
        flat = ops.broadcast_to(_places(ops.shape(x)[1:-1]), ops.shape(x))
    for axis, size in enumerate(per_axis(output_size, rank), start=1):
        if size is not None:
            inside = adaptive_bins(ops.shape(x)[axis], size)
            inside = ops.reshape(inside, (*ops.shape(inside), *(1,) * (rank + 1 - axis)))
            spread = ops.where(inside, ops.expand_dims(x, axis), ops.cast(float("-inf"), x.dtype))
            x = ops.max(spread, axis=axis + 1)
            if flat is not None:
                winner = ops.expand_dims(ops.argmax(spread, axis=axis + 1), axis + 1)
                shape = ops.shape(spread)
                flat = ops.take_along_axis(ops.broadcast_to(ops.expand_dims(flat, axis), shape), winner, axis=axis + 1)
                flat = ops.squeeze(flat, axis + 1)
    return x if flat is None else (x, flat)


def _places(sizes):
    """Row-major numbers of the elements of an (S...) array, with an axis of size 1 behind."""
    place = 0
    for axis, size in enumerate(sizes):
        place = place * size + ops.reshape(ops.arange(size, dtype="int32"), (-1, *(1,) * (len(sizes) - axis)))
    return place
