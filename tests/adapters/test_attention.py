"""Attention and transformer adapters against torch: every option, mask and shape; values and gradients."""

import keras
import numpy as np
import pytest
import torch
from paired import arrays, compare_functions, compare_layers, to_numpy

from tensorglot.catalog.registry import entry
from tensorglot.frameworks.keras.adapters.MultiheadAttention import MultiheadAttention
from tensorglot.frameworks.keras.adapters.square_subsequent_mask import square_subsequent_mask
from tensorglot.frameworks.keras.adapters.Transformer import Transformer
from tensorglot.frameworks.keras.adapters.TransformerDecoder import TransformerDecoder
from tensorglot.frameworks.keras.adapters.TransformerDecoderLayer import TransformerDecoderLayer
from tensorglot.frameworks.keras.adapters.TransformerEncoder import TransformerEncoder
from tensorglot.frameworks.keras.adapters.TransformerEncoderLayer import TransformerEncoderLayer
from tensorglot.weights.layer_rules import LAYER_RULES

N, L, S, E, HEADS = 3, 4, 5, 8, 2


def translate(options):
    return {"use_bias" if key == "bias" else key: value for key, value in options.items()}


def attention(**options):
    return (torch.nn.MultiheadAttention(E, HEADS, **options), MultiheadAttention(E, HEADS, **translate(options)),
            LAYER_RULES["attention"])


def sequences(rng, dtype, batch_first=False, sizes=(E, E, E)):
    lengths = (L, S, S)
    shapes = [(N, n, e) if batch_first else (n, N, e) for n, e in zip(lengths, sizes, strict=True)]
    return arrays(rng, *shapes, dtype=dtype)


def with_keywords(function, names, options):
    """`function(*tensors)` with the trailing tensors passed by name."""
    return lambda *tensors: function(*tensors[:len(tensors) - len(names)],
                                     **dict(zip(names, tensors[len(tensors) - len(names):], strict=True)), **options)


def compare_masked(module, layer, rule, inputs, masks, options, dtype, tolerance=None):
    names = list(masks)
    compare_layers(module, layer, rule, [*inputs, *masks.values()], dtype,
                   with_keywords(module, names, options), with_keywords(layer, names, options), tolerance)


def limits(op, options, dtype):
    """For GELU in float64 what the catalog states (values) and 1e-7 (gradients, as in verification), else None."""
    exact = options.get("activation") != "gelu" or dtype == "float32"
    return None if exact else (entry("layer", op).float64_tol[0], 1e-7)


@pytest.mark.parametrize("options", [{}, {"batch_first": True}, {"bias": False}, {"kdim": 6, "vdim": 3},
                                     {"add_bias_kv": True}, {"add_zero_attn": True},
                                     {"add_bias_kv": True, "add_zero_attn": True, "bias": False, "kdim": 5}])
@pytest.mark.parametrize("call", [{}, {"need_weights": False}, {"average_attn_weights": False}])
@pytest.mark.parametrize("masked", [None, "bool", "float"])
def test_attention(options, call, masked, dtype):
    rng = np.random.default_rng(1)
    inputs = sequences(rng, dtype, options.get("batch_first"), (E, options.get("kdim", E), options.get("vdim", E)))
    masks = {}
    if masked:
        padding = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [1, 0, 0, 0, 0]], bool)
        hidden = np.triu(np.ones((L, S), bool), 3)
        masks = {"key_padding_mask": padding, "attn_mask": hidden}
        if masked == "float":
            masks = {name: np.where(mask, -np.inf, rng.standard_normal(mask.shape)).astype(dtype)
                     for name, mask in masks.items()}
    compare_masked(*attention(**options), inputs, masks, call, dtype)


def test_mask_by_head(dtype):
    rng = np.random.default_rng(1)
    mask = rng.random((N * HEADS, L, S)) > 0.6
    mask[..., 0] = False
    compare_masked(*attention(), sequences(rng, dtype), {"attn_mask": mask}, {}, dtype)


@pytest.mark.parametrize("need_weights", [False, True])
def test_query_without_keys(need_weights, dtype):
    """All keys masked: NaN in torch where weights are asked for, else the output bias."""
    rng = np.random.default_rng(1)
    padding = np.zeros((N, S), bool)
    padding[1] = True
    compare_masked(*attention(), sequences(rng, dtype), {"key_padding_mask": padding}, {"need_weights": need_weights},
                   dtype)


@pytest.mark.parametrize("need_weights", [False, True])
def test_causal_hint(need_weights, dtype):
    rng = np.random.default_rng(1)
    (x,) = arrays(rng, (L, N, E), dtype=dtype)
    module, layer, rule = attention()
    mask = np.triu(np.ones((L, L), bool), 1)
    options = {"is_causal": True, "need_weights": need_weights}
    compare_layers(module, layer, rule, [x, mask], dtype, lambda x, m: module(x, x, x, attn_mask=m, **options),
                   lambda x, m: layer(x, x, x, attn_mask=m, **options))


def test_causal_hint_needs_a_mask():
    x = np.zeros((L, N, E), "float32")
    with pytest.raises(ValueError, match="attn_mask"):
        attention()[1](x, x, x, is_causal=True)


def test_unbatched(dtype):
    rng = np.random.default_rng(1)
    inputs = arrays(rng, (L, E), (S, E), (S, E), dtype=dtype)
    compare_masked(*attention(batch_first=True), inputs, {"key_padding_mask": np.arange(S) > 2}, {}, dtype)


def test_attention_dropout_only_in_training():
    x = np.random.default_rng(0).standard_normal((L, N, E)).astype("float32")
    layer = MultiheadAttention(E, HEADS, dropout=0.5)
    assert np.abs(to_numpy(layer(x, x, x, training=True)[0]) - to_numpy(layer(x, x, x)[0])).max() > 1e-3


def causal(size, dtype):
    return np.triu(np.full((size, size), -np.inf, dtype), 1)


@pytest.mark.parametrize("size", [1, 4])
def test_square_subsequent_mask(size, dtype):
    compare_functions(lambda: torch.nn.Transformer.generate_square_subsequent_mask(size),
                      lambda: square_subsequent_mask(size), [], dtype)


ENCODER_OPTIONS = [{}, {"batch_first": True}, {"norm_first": True}, {"activation": "gelu", "bias": False},
                   {"layer_norm_eps": 1e-3, "norm_first": True, "batch_first": True}]


@pytest.mark.parametrize("options", ENCODER_OPTIONS)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("depth", [0, 2])
def test_encoder(options, masked, depth, dtype):
    """A layer alone (depth 0) and a stack with a final norm."""
    rng = np.random.default_rng(1)
    (x,) = arrays(rng, (N, S, E) if options.get("batch_first") else (S, N, E), dtype=dtype)
    module = torch.nn.TransformerEncoderLayer(E, HEADS, 16, **options, dropout=0.0)
    layer = TransformerEncoderLayer(E, HEADS, 16, **translate(options), dropout=0.0)
    mask, padding = causal(S, dtype), np.arange(S)[None] >= np.array([[5], [3], [4]])
    masks = {"src_mask": mask, "src_key_padding_mask": np.where(padding, -np.inf, 0).astype(dtype)} if masked else {}
    if depth:
        module = torch.nn.TransformerEncoder(module, depth, torch.nn.LayerNorm(E), enable_nested_tensor=False)
        layer = TransformerEncoder(layer, depth, keras.layers.LayerNormalization(epsilon=1e-5))
        masks = {name.replace("src_mask", "mask"): mask for name, mask in masks.items()}
    compare_masked(module, layer, LAYER_RULES["transformer"], [x], masks, {}, dtype,
                   limits("transformer_encoder", options, dtype))


@pytest.mark.parametrize("options", ENCODER_OPTIONS)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("depth", [0, 2])
def test_decoder(options, masked, depth, dtype):
    rng = np.random.default_rng(1)
    shapes = [(N, L, E), (N, S, E)] if options.get("batch_first") else [(L, N, E), (S, N, E)]
    module = torch.nn.TransformerDecoderLayer(E, HEADS, 16, **options, dropout=0.0)
    layer = TransformerDecoderLayer(E, HEADS, 16, **translate(options), dropout=0.0)
    if depth:
        module, layer = torch.nn.TransformerDecoder(module, depth), TransformerDecoder(layer, depth)
    masks = {"tgt_mask": np.isinf(causal(L, dtype)), "memory_mask": np.triu(np.ones((L, S), bool), 2),
             "tgt_key_padding_mask": np.arange(L)[None] >= np.array([[4], [3], [2]]),
             "memory_key_padding_mask": np.arange(S)[None] >= np.array([[5], [3], [4]])} if masked else {}
    compare_masked(module, layer, LAYER_RULES["transformer"], arrays(rng, *shapes, dtype=dtype), masks, {}, dtype,
                   limits("transformer_decoder", options, dtype))


@pytest.mark.parametrize("options", ENCODER_OPTIONS)
def test_transformer(options, dtype):
    rng = np.random.default_rng(1)
    shapes = [(N, S, E), (N, L, E)] if options.get("batch_first") else [(S, N, E), (L, N, E)]
    sizes = dict(num_encoder_layers=1, num_decoder_layers=2, dim_feedforward=16, dropout=0.0)
    module = torch.nn.Transformer(E, HEADS, **sizes, **options)
    layer = Transformer(E, HEADS, **sizes, **translate(options))
    masks = {"tgt_mask": np.isinf(causal(L, dtype))}
    compare_masked(module, layer, LAYER_RULES["transformer"], arrays(rng, *shapes, dtype=dtype), masks, {}, dtype,
                   limits("transformer", options, dtype))


def test_callable_activation(dtype):
    rng = np.random.default_rng(1)
    module = torch.nn.TransformerEncoderLayer(E, HEADS, 16, dropout=0.0, activation=torch.tanh)
    layer = TransformerEncoderLayer(E, HEADS, 16, dropout=0.0, activation=keras.ops.tanh)
    compare_layers(module, layer, LAYER_RULES["transformer"], arrays(rng, (S, N, E), dtype=dtype), dtype)


@pytest.mark.parametrize("make", [
    lambda: MultiheadAttention(E, HEADS, kdim=5, add_bias_kv=True),
    lambda: TransformerEncoder(TransformerEncoderLayer(E, HEADS, 16, activation="gelu"), 2,
                               keras.layers.LayerNormalization()),
    lambda: TransformerDecoder(TransformerDecoderLayer(E, HEADS, 16), 2),
    lambda: Transformer(E, HEADS, 1, 2, 16, norm_first=True, activation="gelu")])
def test_config_rebuilds_the_layer(make):
    layer = make()
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    shape = (None, None, E)
    layer.build(shape)
    again.build(shape)
    assert [w.shape for w in layer.weights] == [w.shape for w in again.weights]


@pytest.mark.parametrize("kind, module", [
    ("attention", torch.nn.MultiheadAttention(E, HEADS, add_bias_kv=True)),
    ("attention", torch.nn.MultiheadAttention(E, HEADS, kdim=3, bias=False)),
    ("transformer", torch.nn.Transformer(E, HEADS, 1, 1, 16)),
    ("transformer", torch.nn.TransformerDecoderLayer(E, HEADS, 16, bias=False))])
def test_rules_round_trip(kind, module):
    original = {name: to_numpy(p) for name, p in module.named_parameters()}
    back = LAYER_RULES[kind].backward(LAYER_RULES[kind].forward(original, {}), {})
    assert set(back) == set(original)
    for name, array in original.items():
        np.testing.assert_array_equal(back[name], array)
