"""Embeddings. `max_norm` (renormalised in the forward pass) and gradients scaled by frequency have no counterpart."""

from tensorglot.catalog.keras_forms import CALL, read, weights
from tensorglot.catalog.registry import layer

#: What code reads off an embedding.
_ATTRIBUTES = ("weight: torch weight, keras embeddings; V: torch num_embeddings, keras input_dim; "
               "D: torch embedding_dim, keras output_dim; padding: torch padding_idx, keras padding_idx")

_WEIGHT = "embeddings: torch weight[V D], keras embeddings[V D]"

layer("embedding", "any", params=_WEIGHT, attributes=_ATTRIBUTES,
      torch="nn.Embedding(num_embeddings: V, embedding_dim: D, padding_idx: padding = None, max_norm: max_norm = None, "
            "norm_type: _ = 2.0, scale_grad_by_freq: by_freq = False, sparse: _ = False, _weight: table = None, "
            "_freeze: frozen = False, device: _ = None, dtype: _ = None)",
      keras=["layers.Embedding(input_dim: V, output_dim: D) | padding=None",
             "adapters.PaddedEmbedding(input_dim: V, output_dim: D, padding_idx: padding)",
             "layers.Embedding(input_dim: V, output_dim: D, mask_zero: mask_zero = False, weights: table = None)"],
      call_keras="(inputs: x)", from_call_keras=CALL,
      from_keras=read("layers.Embedding", f"input_dim: V, output_dim: D, {weights('embeddings')}, "
                      "mask_zero: mask_zero = False, weights: table = None", "padding=None"))

layer("embedding_from_table", "any", params=_WEIGHT, attributes=_ATTRIBUTES,
      note="a frozen table is a weight that is not trained",
      torch="nn.Embedding.from_pretrained(embeddings: table, freeze: frozen = True, padding_idx: padding = None, "
            "max_norm: max_norm = None, norm_type: _ = 2.0, scale_grad_by_freq: by_freq = False, sparse: _ = False)",
      keras=["= layers.Embedding(table.shape[0], table.shape[1], weights=[table], trainable=not frozen) | padding=None",
             "= adapters.PaddedEmbedding(table.shape[0], table.shape[1], padding, weights=[table], "
             "trainable=not frozen)"])

layer("embedding_bag", "any", params=_WEIGHT, attributes=_ATTRIBUTES,
      torch="nn.EmbeddingBag(num_embeddings: V, embedding_dim: D, max_norm: max_norm = None, norm_type: _ = 2.0, "
            "scale_grad_by_freq: by_freq = False, mode: mode = 'mean', sparse: _ = False, _weight: table = None, "
            "include_last_offset: last = False, padding_idx: padding = None, device: _ = None, dtype: _ = None)",
      call_torch="(input: x, offsets: offsets = None, per_sample_weights: weights = None)",
      keras="adapters.EmbeddingBag(input_dim: V, output_dim: D, mode: mode = 'mean', "
            "include_last_offset: last = False, padding_idx: padding = None)",
      call_keras="(input: x, offsets: offsets = None, per_sample_weights: weights = None)")
