"""Average pooling to a given output size."""

from keras import ops

from tensorglot.frameworks.keras.adapters.adaptive_bins import adaptive_bins
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def adaptive_avg_pool(x, output_size):
    """Pools `x` (N, S..., C) to `output_size` (one number, or one per spatial axis; None keeps an axis as it is)."""
    rank = len(x.shape) - 2
    for axis, size in enumerate(per_axis(output_size, rank), start=1):
        if isinstance(size, int) and size == 1:
            x = ops.mean(x, axis=axis, keepdims=True)
        elif size is not None:
            weights = ops.cast(adaptive_bins(ops.shape(x)[axis], size), x.dtype)
            weights = weights / ops.sum(weights, axis=1, keepdims=True)
            x = ops.moveaxis(ops.tensordot(x, weights, axes=[[axis], [1]]), -1, axis)
    return x
