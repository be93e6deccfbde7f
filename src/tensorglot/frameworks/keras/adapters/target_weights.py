from keras import ops


def target_weights(target, classes, weight, ignore_index, dtype):
    """Index (0 where ignored), weight (0 where ignored) and use (False where ignored) of each integer target."""
    target = ops.cast(target, "int32")
    used = ops.not_equal(target, ignore_index)
    index = ops.where(used, target, ops.zeros_like(target))
    scale = ops.ones((classes,), dtype=dtype) if weight is None else ops.cast(weight, dtype)
    return index, ops.take(scale, index, axis=0) * ops.cast(used, dtype), used
