"""Non-maximum suppression of boxes."""

from keras import ops


def nms(boxes, scores, iou_threshold):
    """Indices by falling score of `boxes` (N, 4: opposite corners) that overlap no kept one by more than the threshold."""
    order = ops.argsort(ops.negative(scores))
    boxes = ops.take(boxes, order, axis=0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    low = ops.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = ops.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = ops.prod(ops.maximum(high - low, 0), axis=-1)
    count = ops.shape(order)[0]
    later = ops.arange(count)[None, :] > ops.arange(count)[:, None]
    removes = ops.logical_and(common > iou_threshold * (areas[:, None] + areas[None, :] - common), later)

    def keep_or_not(i, kept):
        return ops.logical_and(kept, ops.logical_not(ops.logical_and(removes[i], kept[i])))

    kept = ops.fori_loop(0, count, keep_or_not, ops.ones((count,), dtype="bool"))
    return ops.cast(ops.take(order, ops.nonzero(kept)[0], axis=0), "int64")
