"""The network of `examples/torch/gpt.py`, as one writes it in Keras by hand."""

from __future__ import annotations

import math

import keras
from keras import layers, ops


class CausalSelfAttention(layers.Layer):
    """Multi-head attention over the past, (N, T, C) to (N, T, C)."""

    def __init__(self, dim: int, heads: int, dropout: float, use_bias: bool, **kwargs: object):
        super().__init__(**kwargs)
        self.heads = heads
        self.head_dim = dim // heads
        self.qkv = layers.Dense(3 * dim, use_bias=use_bias)
        self.proj = layers.Dense(dim, use_bias=use_bias)
        self.attention_dropout = layers.Dropout(dropout)
        self.dropout = layers.Dropout(dropout)

    def split_heads(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """(N, T, C) to (N, heads, T, head size)."""
        time = ops.shape(x)[1]
        return ops.transpose(ops.reshape(x, (-1, time, self.heads, self.head_dim)), (0, 2, 1, 3))

    def call(self, x: keras.KerasTensor, mask: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        q, k, v = (self.split_heads(part) for part in ops.split(self.qkv(x), 3, axis=-1))
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) * (1.0 / math.sqrt(self.head_dim))
        weights = ops.softmax(ops.where(mask, scores, -math.inf))
        y = ops.matmul(self.attention_dropout(weights, training=training), v)
        y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), ops.shape(x))
        return self.dropout(self.proj(y), training=training)


class Block(layers.Layer):
    """Attention and a two-layer perceptron, each on normalised inputs and beside the identity."""

    def __init__(self, dim: int, heads: int, dropout: float, use_bias: bool, **kwargs: object):
        super().__init__(**kwargs)
        self.norm1 = layers.LayerNormalization(epsilon=1e-5, center=use_bias)
        self.attention = CausalSelfAttention(dim, heads, dropout, use_bias)
        self.norm2 = layers.LayerNormalization(epsilon=1e-5, center=use_bias)
        self.expand = layers.Dense(4 * dim, use_bias=use_bias)
        self.contract = layers.Dense(dim, use_bias=use_bias)
        self.dropout = layers.Dropout(dropout)

    def call(self, x: keras.KerasTensor, mask: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        x = x + self.attention(self.norm1(x), mask, training=training)
        hidden = ops.gelu(self.expand(self.norm2(x)), approximate=True)
        return x + self.dropout(self.contract(hidden), training=training)


class GPT(keras.Model):
    """Tokens (N, T) to logits (N, T, vocab_size); input and output embedding are one matrix."""

    def __init__(self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int, dropout: float = 0.1,
                 use_bias: bool = True, **kwargs: object):
        super().__init__(**kwargs)
        self.tokens = layers.Embedding(vocab_size, n_embd)
        self.positions = layers.Embedding(block_size, n_embd)
        self.dropout = layers.Dropout(dropout)
        self.blocks = [Block(n_embd, n_head, dropout, use_bias) for _ in range(n_layer)]
        self.norm = layers.LayerNormalization(epsilon=1e-5, center=use_bias)

    def call(self, idx: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        time = ops.shape(idx)[1]
        steps = ops.arange(time)
        mask = steps[:, None] >= steps[None, :]
        x = self.dropout(self.tokens(idx) + self.positions(steps), training=training)
        for block in self.blocks:
            x = block(x, mask, training=training)
        return ops.matmul(self.norm(x), ops.transpose(self.tokens.embeddings))
