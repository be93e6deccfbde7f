from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=None, margin=1.0, swap=False,
                                      reduction="mean"):
    """`triplet_margin_loss` with a distance of one's own (None: Euclidean)."""
    distance = distance_function or (lambda a, b: ops.norm(a - b + 1e-6, ord=2, axis=-1))
    far = distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return reduce_loss(ops.maximum(margin + distance(anchor, positive) - far, 0.0), reduction)
