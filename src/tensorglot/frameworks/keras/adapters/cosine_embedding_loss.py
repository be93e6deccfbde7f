from keras import ops

from tensorglot.frameworks.keras.adapters.reduce_loss import reduce_loss


def cosine_embedding_loss(input1, input2, target, margin=0.0, reduction="mean"):
    """1 - cos where target is 1, max(0, cos - margin) where it is -1; vectors on the last axis."""
    dot, square1, square2 = (ops.sum(a * b, axis=-1) for a, b in
                             ((input1, input2), (input1, input1), (input2, input2)))
    cosine = dot / ops.sqrt((square1 + 1e-12) * (square2 + 1e-12))
    zeros = ops.zeros_like(cosine)
    near = ops.where(ops.equal(target, 1), 1.0 - cosine, zeros)
    far = ops.where(ops.equal(target, -1), ops.maximum(cosine - margin, 0.0), zeros)
    return reduce_loss(near + far, reduction)
