"""Attention and transformer layers.

All have rule `any`: they take the source's axis order, told by `batch_first`. Masks mean what they mean in torch: True
takes a position out, floats are added to the scores. torch's inference fast path (zeros at padded positions) is an
optimisation of its own that departs from the definition; the definition is what is migrated.
"""

from tensorglot.catalog import layer_codecs  # noqa: F401  (registers the codecs used below)
from tensorglot.catalog.keras_forms import ACTIVATION, CALL, read, weights
from tensorglot.catalog.registry import function, layer

_GELU = (2e-8, 'activation "gelu": Keras divides by a root of 2 rounded to float32')

_ATTRIBUTES = "; ".join(f"{name}: torch {name}, keras {name}" for name in
                        ("embed_dim", "num_heads", "head_dim", "dropout", "kdim", "vdim", "batch_first"))

layer("multihead_attention", "any", convert="attention", attributes=_ATTRIBUTES,
      torch="nn.MultiheadAttention(embed_dim: units, num_heads: heads, dropout: dropout = 0.0, bias: bias = True, "
            "add_bias_kv: bias_kv = False, add_zero_attn: zero_attn = False, kdim: kdim = None, vdim: vdim = None, "
            "batch_first: batch_first = False, device: _ = None, dtype: _ = None)",
      call_torch="(query: q, key: k, value: v, key_padding_mask: padding_mask = None, need_weights: weights = True, "
                 "attn_mask: mask = None, average_attn_weights: average = True, is_causal: causal = False)",
      keras="adapters.MultiheadAttention(embed_dim: units, num_heads: heads, dropout: dropout = 0.0, "
            "use_bias: bias = True, add_bias_kv: bias_kv = False, add_zero_attn: zero_attn = False, kdim: kdim = None, "
            "vdim: vdim = None, batch_first: batch_first = False)",
      call_keras="(query: q, key: k, value: v, key_padding_mask: padding_mask = None, need_weights: weights = True, "
                 "attn_mask: mask = None, average_attn_weights: average = True, is_causal: causal = False)")

_LAYER = ("d_model: units, nhead: heads, dim_feedforward: hidden = 2048, dropout: dropout = 0.1, "
          "activation: activation_name(act) = {act}, layer_norm_eps: eps = 1e-05, batch_first: batch_first = False, "
          "norm_first: norm_first = False, {bias}: bias = True")
_TORCH_LAYER = _LAYER.format(act="F.relu", bias="bias") + ", device: _ = None, dtype: _ = None"
_KERAS_LAYER = _LAYER.format(act="'relu'", bias="use_bias")

_ENCODER_LAYER_CALL = ("(src: x, src_mask: mask = None, src_key_padding_mask: padding_mask = None, "
                       "is_causal: causal = False)")
layer("transformer_encoder_layer", "any", convert="transformer", float64_tol=_GELU,
      torch=f"nn.TransformerEncoderLayer({_TORCH_LAYER})", call_torch=_ENCODER_LAYER_CALL,
      keras=f"adapters.TransformerEncoderLayer({_KERAS_LAYER})", call_keras=_ENCODER_LAYER_CALL)

_DECODER_CALL = ("(tgt: x, memory: memory, tgt_mask: mask = None, memory_mask: memory_mask = None, "
                 "tgt_key_padding_mask: padding_mask = None, memory_key_padding_mask: memory_padding_mask = None, "
                 "tgt_is_causal: causal = {causal}, memory_is_causal: memory_causal = False)")
layer("transformer_decoder_layer", "any", convert="transformer", float64_tol=_GELU,
      torch=f"nn.TransformerDecoderLayer({_TORCH_LAYER})", call_torch=_DECODER_CALL.format(causal="False"),
      keras=f"adapters.TransformerDecoderLayer({_KERAS_LAYER})", call_keras=_DECODER_CALL.format(causal="False"))

_ENCODER_CALL = "(src: x, mask: mask = None, src_key_padding_mask: padding_mask = None, is_causal: causal = None)"
layer("transformer_encoder", "any", convert="transformer", float64_tol=_GELU,
      note="a stack of project layers is converted layer by layer",
      torch="nn.TransformerEncoder(encoder_layer: block, num_layers: depth, norm: norm = None, "
            "enable_nested_tensor: _ = True, mask_check: _ = True)", call_torch=_ENCODER_CALL,
      keras="adapters.TransformerEncoder(encoder_layer: block, num_layers: depth, norm: norm = None)",
      call_keras=_ENCODER_CALL)

layer("transformer_decoder", "any", convert="transformer", float64_tol=_GELU,
      note="a stack of project layers is converted layer by layer",
      torch="nn.TransformerDecoder(decoder_layer: block, num_layers: depth, norm: norm = None)",
      call_torch=_DECODER_CALL.format(causal="None"),
      keras="adapters.TransformerDecoder(decoder_layer: block, num_layers: depth, norm: norm = None)",
      call_keras=_DECODER_CALL.format(causal="None"))

_CALL = ("(src: x, tgt: y, src_mask: mask = None, tgt_mask: tgt_mask = None, memory_mask: memory_mask = None, "
         "src_key_padding_mask: padding_mask = None, tgt_key_padding_mask: tgt_padding_mask = None, "
         "memory_key_padding_mask: memory_padding_mask = None, src_is_causal: causal = None, "
         "tgt_is_causal: tgt_causal = None, memory_is_causal: memory_causal = False)")
layer("transformer", "any", convert="transformer", float64_tol=_GELU,
      torch="nn.Transformer(d_model: units = 512, nhead: heads = 8, num_encoder_layers: depth = 6, "
            "num_decoder_layers: decoder_depth = 6, dim_feedforward: hidden = 2048, dropout: dropout = 0.1, "
            "activation: activation_name(act) = F.relu, custom_encoder: encoder = None, "
            "custom_decoder: decoder = None, layer_norm_eps: eps = 1e-05, batch_first: batch_first = False, "
            "norm_first: norm_first = False, bias: bias = True, device: _ = None, dtype: _ = None)", call_torch=_CALL,
      keras="adapters.Transformer(d_model: units = 512, nhead: heads = 8, num_encoder_layers: depth = 6, "
            "num_decoder_layers: decoder_depth = 6, dim_feedforward: hidden = 2048, dropout: dropout = 0.1, "
            "activation: activation_name(act) = 'relu', layer_norm_eps: eps = 1e-05, "
            "batch_first: batch_first = False, norm_first: norm_first = False, use_bias: bias = True)",
      call_keras=_CALL)

function("square_subsequent_mask", "any",
         torch="nn.Transformer.generate_square_subsequent_mask(sz: size, device: _ = None, dtype: dtype = None)",
         keras="adapters.square_subsequent_mask(size: size, dtype: dtype = None)")

# Attention that projects and splits by itself, and attention without weights of its own.
_HEADS = ("num_heads: heads, key_dim: key_size, value_dim: value_size = None, dropout: dropout = 0.0, use_bias: bias = True, "
          "output_shape: out = None, attention_axes: axes = None, sliding_window: None = None, flash_attention: _ = None, "
          f"{weights('kernel', 'bias')}, use_gate: False = False, seed: seed_hint = None")
_MASKS = "query_mask: mask = None, value_mask: value_mask = None, key_mask: key_mask = None, attention_mask: pairs = None, "
_GIVES = "return_attention_scores: with_scores = False, {}use_causal_mask: causal = False"
layer("projected_attention", "any", keras=f"layers.MultiHeadAttention({_HEADS})",
      call_keras=f"(query: x, value: value, key: key = None, {_MASKS}{_GIVES.format('')})",
      from_keras=read("layers.MultiHeadAttention", _HEADS),
      from_call_keras=f"(query: x, value: value, key: key = None, {_MASKS}{_GIVES.format('training: training = None, ')})")
for _name, _class, _own in (
        ("dot_attention", "Attention", "use_scale: scale = False, score_mode: mode = 'dot', dropout: dropout = 0.0"),
        ("additive_attention", "AdditiveAttention", "use_scale: scale = True, dropout: dropout = 0.0")):
    _seed = ", seed: seed_hint = None" if _name == "dot_attention" else ""
    layer(_name, "any", keras=f"layers.{_class}({_own}{_seed})",
          call_keras="(inputs: x, mask: mask = None, return_attention_scores: with_scores = False, "
                     "use_causal_mask: causal = False)",
          from_keras=read(f"layers.{_class}", _own + _seed),
          from_call_keras="(inputs: x, mask: mask = None, training: training = None, "
                          "return_attention_scores: with_scores = False, use_causal_mask: causal = False)")
_EINSUM = f"equation: equation, output_shape: shape, {ACTIVATION}, bias_axes: bias_axes = None, {weights('kernel', 'bias')}"
layer("einsum_dense", "any", keras=f"layers.EinsumDense({_EINSUM})", call_keras="(inputs: x)",
      from_keras=read("layers.EinsumDense", _EINSUM), from_call_keras=CALL)
