"""Power-average pooling."""

import math

from keras import ops

from tensorglot.frameworks.keras.adapters.avg_pool import avg_pool
from tensorglot.frameworks.keras.adapters.max_pool import max_pool
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def lp_pool(x, norm_type, pool_size, strides=None, ceil_mode=False):
    """The p-norm (p = `norm_type`) over each window of `x` (N, S..., C)."""
    if norm_type == float("inf"):
        return max_pool(ops.absolute(x), pool_size, strides, ceil_mode=ceil_mode)
    total = avg_pool(ops.power(x, norm_type), pool_size, strides, ceil_mode=ceil_mode)
    total = total * math.prod(per_axis(pool_size, len(x.shape) - 2))
    return ops.power(ops.relu(total), 1.0 / norm_type) if norm_type % 2 else ops.power(total, 1.0 / norm_type)
