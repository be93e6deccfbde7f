"""Attention."""

import math

import keras
from keras import ops


def scaled_dot_product_attention(query, key, value, mask=None, dropout=0.0, causal=False, scale=None, grouped=False):
    """softmax(query key^T scale + mask) value, on (..., heads, length, features).

    `mask` broadcasts to (..., heads, target length, source length): a boolean mask is True where attention is allowed,
    a floating one is added to the scores. Rows without any allowed position give zeros. `causal` allows each position
    those up to its own. `grouped` repeats the heads of `key` and `value` to those of `query`.
    """
    if grouped:
        repeats = query.shape[-3] // key.shape[-3]
        key, value = ops.repeat(key, repeats, axis=-3), ops.repeat(value, repeats, axis=-3)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = ops.matmul(query * scale, ops.swapaxes(key, -2, -1))
    if causal:
        target, source = ops.shape(scores)[-2:]
        allowed = ops.expand_dims(ops.arange(target), 1) >= ops.arange(source)
        scores = ops.where(allowed, scores, -float("inf"))
    if mask is None:
        weights = ops.softmax(scores)
    else:
        if keras.backend.standardize_dtype(mask.dtype) == "bool":
            scores = ops.where(mask, scores, -float("inf"))
        else:
            scores = scores + mask
        empty = ops.all(ops.equal(scores, -float("inf")), axis=-1, keepdims=True)
        weights = ops.where(empty, 0.0, ops.softmax(ops.where(empty, 0.0, scores)))
    if dropout:
        weights = keras.random.dropout(weights, dropout)
    return ops.matmul(weights, value)
