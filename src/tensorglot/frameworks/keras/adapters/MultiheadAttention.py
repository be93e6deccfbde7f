import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class MultiheadAttention(layers.Layer):
    """Scaled dot-product attention with torch's call, masks and results (Vaswani et al. 2017, arXiv:1706.03762).

    query (L, N, E), key (S, N, kdim), value (S, N, vdim); batch first if `batch_first`; or without a batch axis.
    Masks: True takes a position *out*, floats are added to the scores. Result `(output, weights or None)`, weights
    (N, L, S), or (N, heads, L, S) if not averaged.
    """

    def __init__(self, embed_dim, num_heads, dropout=0.0, use_bias=True, add_bias_kv=False, add_zero_attn=False,
                 kdim=None, vdim=None, batch_first=False, **kwargs):
        super().__init__(**kwargs)
        if embed_dim % num_heads:
            raise ValueError(f"embed_dim {embed_dim} is not divisible by num_heads {num_heads}")
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.dropout = dropout
        self.add_bias_kv = add_bias_kv
        self.add_zero_attn = add_zero_attn
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first = batch_first
        self.q_proj = layers.Dense(embed_dim, use_bias=use_bias)
        self.k_proj = layers.Dense(embed_dim, use_bias=use_bias)
        self.v_proj = layers.Dense(embed_dim, use_bias=use_bias)
        self.out_proj = layers.Dense(embed_dim, use_bias=use_bias)
        self.weights_dropout = layers.Dropout(dropout)

    def build(self, input_shape):
        for layer, size in ((self.q_proj, self.embed_dim), (self.k_proj, self.kdim), (self.v_proj, self.vdim),
                            (self.out_proj, self.embed_dim)):
            layer.build((None, None, size))
        if self.add_bias_kv:
            shape = (1, 1, self.embed_dim)
            self.bias_k = self.add_weight(shape=shape, initializer="glorot_normal", name="bias_k")
            self.bias_v = self.add_weight(shape=shape, initializer="glorot_normal", name="bias_v")

    def call(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
             average_attn_weights=True, is_causal=False):
        if is_causal and attn_mask is None:
            raise ValueError("is_causal says that attn_mask is causal: pass attn_mask too")
        batched = len(query.shape) == 3
        if not batched:
            query, key, value = query[None], key[None], value[None]
            key_padding_mask = None if key_padding_mask is None else key_padding_mask[None]
        elif not self.batch_first:
            query, key, value = (ops.swapaxes(x, 0, 1) for x in (query, key, value))
        q, k, v = self.q_proj(query), self.k_proj(key), self.v_proj(value)
        added = 0
        if self.add_bias_kv:
            k, v = self.append(k, self.bias_k), self.append(v, self.bias_v)
            added += 1
        if self.add_zero_attn:
            k, v = (self.append(x, ops.zeros((1, 1, self.embed_dim), dtype=x.dtype)) for x in (k, v))
            added += 1
        bias = self.score_bias(attn_mask, key_padding_mask, added, q.dtype)
        output, weights = self.attend(self.heads(q), self.heads(k), self.heads(v), bias, need_weights)
        output = self.out_proj(output)
        weights = ops.mean(weights, axis=1) if average_attn_weights else weights
        if not batched:
            output, weights = output[0], weights[0]
        elif not self.batch_first:
            output = ops.swapaxes(output, 0, 1)
        return output, weights if need_weights else None

    def append(self, x, row):
        """Appends one row (1, 1, E) to each sequence of (N, S, E)."""
        return ops.concatenate([x, ops.broadcast_to(row, (ops.shape(x)[0], 1, self.embed_dim))], axis=1)

    def heads(self, x):
        """(N, S, E) to (N, heads, S, E / heads)."""
        n, s = ops.shape(x)[0], ops.shape(x)[1]
        return ops.transpose(ops.reshape(x, (n, s, self.num_heads, self.head_dim)), (0, 2, 1, 3))

    def score_bias(self, attn_mask, key_padding_mask, added, dtype):
        """What is added to the scores (N, heads, L, S), or None; `added` key positions are never masked."""
        bias = None
        if attn_mask is not None:
            bias = self.additive(attn_mask, added, dtype)
            if len(bias.shape) == 3:
                bias = ops.reshape(bias, (-1, self.num_heads, ops.shape(bias)[1], ops.shape(bias)[2]))
        if key_padding_mask is not None:
            padding = self.additive(key_padding_mask, added, dtype)[:, None, None, :]
            bias = padding if bias is None else bias + padding
        return bias

    def additive(self, mask, added, dtype):
        """A boolean or additive mask as an additive one, with `added` zeros at the end of the last axis."""
        mask = ops.convert_to_tensor(mask)
        if keras.backend.standardize_dtype(mask.dtype) == "bool":
            mask = ops.where(mask, ops.cast(-math.inf, dtype), ops.cast(0.0, dtype))
        mask = ops.cast(mask, dtype)
        return ops.pad(mask, [(0, 0)] * (len(mask.shape) - 1) + [(0, added)]) if added else mask

    def attend(self, q, k, v, bias, need_weights):
        """Output (N, L, E) and weights (N, heads, L, S).

        A query whose keys are all masked has no weights: torch gives NaN where weights are asked for, else zeros.
        """
        scores = ops.matmul(q * (1.0 / math.sqrt(self.head_dim)), ops.transpose(k, (0, 1, 3, 2)))
        if bias is not None:
            scores = scores + bias
        if bias is None or need_weights:
            weights = ops.softmax(scores, axis=-1)
        else:
            empty = ops.max(scores, axis=-1, keepdims=True) == -math.inf
            weights = ops.softmax(ops.where(empty, ops.zeros_like(scores), scores), axis=-1)
            weights = ops.where(empty, ops.zeros_like(weights), weights)
        weights = self.weights_dropout(weights)
        output = ops.transpose(ops.matmul(weights, v), (0, 2, 1, 3))
        return ops.reshape(output, (ops.shape(output)[0], ops.shape(output)[1], self.embed_dim)), weights
