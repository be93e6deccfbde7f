import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class EmbeddingBag(layers.Layer):
    """Sum, mean or maximum over bags of embeddings, with torch's call.

    `input` (B, N): a bag a row; or (N,) with `offsets` (B,), where each bag starts. Result (B, output_dim); an empty
    bag gives zeros. `padding_idx` takes no part. `per_sample_weights` (as `input`): for mode "sum" only.
    """

    def __init__(self, input_dim, output_dim, mode="mean", include_last_offset=False, padding_idx=None,
                 embeddings_initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.padding_idx = None if padding_idx is None else padding_idx % input_dim

    def build(self, input_shape):
        self.embeddings = self.add_weight(shape=(self.input_dim, self.output_dim),
                                          initializer=self.embeddings_initializer, name="embeddings")

    def call(self, input, offsets=None, per_sample_weights=None):
        if per_sample_weights is not None and self.mode != "sum":
            raise ValueError(f"per_sample_weights needs mode 'sum', not {self.mode!r}")
        input = ops.cast(input, "int32")  # a model is rebuilt on symbolic floats
        rows = ops.take(self.embeddings, input, axis=0)
        used = ops.ones_like(input, dtype="bool") if self.padding_idx is None else input != self.padding_idx
        if len(input.shape) == 1:
            member = self.members(ops.shape(input)[0], offsets) & used[None]
            rows, weights = rows[None], None if per_sample_weights is None else per_sample_weights[None]
        else:
            member, weights = used, per_sample_weights
        return self.pool(rows, member, weights)

    def members(self, count, offsets):
        """(B, N): which positions belong to which bag."""
        offsets = ops.cast(offsets, "int32")
        if self.include_last_offset:
            starts, ends = offsets[:-1], offsets[1:]
        else:
            starts, ends = offsets, ops.concatenate([offsets[1:], ops.reshape(ops.cast(count, "int32"), (1,))])
        position = ops.arange(count, dtype="int32")[None]
        return (position >= starts[:, None]) & (position < ends[:, None])

    def pool(self, rows, member, weights):
        """Pools rows (B or 1, N, E) over the positions where `member` (B, N)."""
        share = ops.cast(member, rows.dtype)
        if self.mode == "max":
            best = ops.max(ops.where(member[..., None], rows, ops.cast(-math.inf, rows.dtype)), axis=1)
            return ops.where(ops.any(member, axis=1)[:, None], best, ops.zeros_like(best))
        if self.mode == "mean":
            share = share / ops.maximum(ops.sum(share, axis=1, keepdims=True), ops.ones_like(share[:, :1]))
        elif weights is not None:
            share = share * weights
        return ops.sum(share[..., None] * rows, axis=1)
