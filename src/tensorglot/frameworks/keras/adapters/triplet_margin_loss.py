from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"):
    """max(0, margin + d(anchor, positive) - d(anchor, negative)), d the p-norm over the last axis of a - b + eps.

    `swap`: the nearer of anchor and positive counts as the negative's partner (Balntas et al. 2016).
    """
    def distance(a, b):
        return ops.norm(a - b + eps, ord=p, axis=-1)

    far = distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return reduce_loss(ops.maximum(margin + distance(anchor, positive) - far, 0.0), reduction)
