"""Recurrent adapters against torch: values, states, gradients of inputs and weights."""

import numpy as np
import pytest
import torch
from paired import arrays, compare_functions, compare_layers, to_numpy
from torch.nn.utils import rnn as packing

from tensorglot.frameworks.keras.adapters.GRU import GRU
from tensorglot.frameworks.keras.adapters.GRUCell import GRUCell
from tensorglot.frameworks.keras.adapters.LSTM import LSTM
from tensorglot.frameworks.keras.adapters.LSTMCell import LSTMCell
from tensorglot.frameworks.keras.adapters.pack_padded_sequence import pack_padded_sequence
from tensorglot.frameworks.keras.adapters.pad_packed_sequence import pad_packed_sequence
from tensorglot.frameworks.keras.adapters.pad_sequence import pad_sequence
from tensorglot.frameworks.keras.adapters.RNN import RNN
from tensorglot.frameworks.keras.adapters.RNNCell import RNNCell
from tensorglot.weights.layer_rules import LAYER_RULES

T, N, C, H = 5, 3, 4, 6
KINDS = {"lstm": (torch.nn.LSTM, LSTM), "gru": (torch.nn.GRU, GRU), "rnn": (torch.nn.RNN, RNN)}
CELLS = {"lstm_cell": (torch.nn.LSTMCell, LSTMCell), "gru_cell": (torch.nn.GRUCell, GRUCell),
         "rnn_cell": (torch.nn.RNNCell, RNNCell)}


def translate(options):
    return {"use_bias" if key == "bias" else key: value for key, value in options.items()}


def pair(kind, **options):
    source, target = KINDS[kind]
    return source(C, H, **options), target(H, **translate(options)), LAYER_RULES[kind]


def states(rng, kind, rows, dtype, size=H, batch=(N,)):
    shapes = [(rows, *batch, size)] + ([(rows, *batch, H)] if kind == "lstm" else [])
    made = arrays(rng, *shapes, dtype=dtype)
    return tuple(made) if kind == "lstm" else made[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"batch_first": True}, {"bias": False}, {"num_layers": 2},
                                     {"bidirectional": True}, {"num_layers": 2, "bidirectional": True, "bias": False},
                                     {"num_layers": 3, "batch_first": True, "bidirectional": True}])
@pytest.mark.parametrize("with_state", [False, True])
def test_stack(kind, options, with_state, dtype):
    rng = np.random.default_rng(0)
    module, layer, rule = pair(kind, **options)
    (x,) = arrays(rng, (N, T, C) if options.get("batch_first") else (T, N, C), dtype=dtype)
    rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    inputs = [x, states(rng, kind, rows, dtype)] if with_state else [x]
    compare_layers(module, layer, rule, inputs, dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_unbatched(kind, dtype):
    rng = np.random.default_rng(0)
    module, layer, rule = pair(kind, num_layers=2)
    (x,) = arrays(rng, (T, C), dtype=dtype)
    compare_layers(module, layer, rule, [x, states(rng, kind, 2, dtype, batch=())], dtype)


@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}, {"bias": False}])
def test_projection(options, dtype):
    rng = np.random.default_rng(0)
    module, layer, rule = pair("lstm", proj_size=3, **options)
    rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    (x,) = arrays(rng, (T, N, C), dtype=dtype)
    compare_layers(module, layer, rule, [x, states(rng, "lstm", rows, dtype, 3)], dtype)


def test_relu(dtype):
    module, layer, rule = pair("rnn", nonlinearity="relu", num_layers=2)
    compare_layers(module, layer, rule, arrays(np.random.default_rng(0), (T, N, C), dtype=dtype), dtype)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("with_state", [False, True])
def test_packed(kind, batch_first, with_state, dtype):
    rng = np.random.default_rng(0)
    module, layer, rule = pair(kind, num_layers=2, bidirectional=True, batch_first=batch_first)
    lengths = [2, 4, 1]

    def torch_call(x, hx=None):
        packed = packing.pack_padded_sequence(x, torch.tensor(lengths), batch_first, enforce_sorted=False)
        out, state = module(packed, hx)
        return packing.pad_packed_sequence(out, batch_first, padding_value=0.5), state

    def keras_call(x, hx=None):
        out, state = layer(pack_padded_sequence(x, lengths, batch_first), hx)
        return pad_packed_sequence(out, batch_first, padding_value=0.5), state

    (x,) = arrays(rng, (N, T, C) if batch_first else (T, N, C), dtype=dtype)
    inputs = [x, states(rng, kind, 4, dtype)] if with_state else [x]
    compare_layers(module, layer, rule, inputs, dtype, torch_call, keras_call)


@pytest.mark.parametrize("total_length", [None, 5, 9])
def test_pack_and_pad(total_length, dtype):
    x = np.random.default_rng(0).standard_normal((T, N, C)).astype(dtype)
    lengths = torch.tensor([5, 3, 2])
    compare_functions(
        lambda x: packing.pad_packed_sequence(packing.pack_padded_sequence(x, lengths), total_length=total_length),
        lambda x: pad_packed_sequence(pack_padded_sequence(x, lengths.numpy()), total_length=total_length), [x], dtype)


@pytest.mark.parametrize("lengths", [[5, 3, 2], [2, 4, 4]])
def test_fields_of_packed_sequences(lengths, dtype):
    x = np.random.default_rng(0).standard_normal((T, N, C)).astype(dtype)

    def torch_call(x):
        packed = packing.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        return packed.data, packed[0], packed[1], packed.batch_sizes

    def keras_call(x):
        packed = pack_padded_sequence(x, lengths)
        return packed.data, packed[0], packed[1], packed.batch_sizes

    compare_functions(torch_call, keras_call, [x], dtype)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("side", ["left", "right"])
def test_pad_sequence(batch_first, side, dtype):
    rng = np.random.default_rng(0)
    inputs = arrays(rng, (2, C), (4, C), (1, C), dtype=dtype)
    compare_functions(lambda *xs: packing.pad_sequence(list(xs), batch_first, -1.0, side),
                      lambda *xs: pad_sequence(list(xs), batch_first, -1.0, side), inputs, dtype)


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [(N,), ()])
@pytest.mark.parametrize("with_state", [False, True])
def test_cell(kind, bias, batch, with_state, dtype):
    rng = np.random.default_rng(0)
    source, target = CELLS[kind]
    x, h, c = arrays(rng, (*batch, C), (*batch, H), (*batch, H), dtype=dtype)
    inputs = [x, (h, c) if kind == "lstm_cell" else h] if with_state else [x]
    compare_layers(source(C, H, bias=bias), target(H, use_bias=bias), LAYER_RULES[kind], inputs, dtype)


def test_dropout_lies_between_layers_only():
    """In training the last layer's output is not dropped; a stack of one layer has no dropout at all."""
    x = np.random.default_rng(0).standard_normal((T, N, C)).astype("float32")
    single, double = LSTM(H, dropout=0.5), LSTM(H, num_layers=2, dropout=0.5)
    np.testing.assert_array_equal(to_numpy(single(x, training=True)[0]), to_numpy(single(x)[0]))
    trained = to_numpy(double(x, training=True)[0])
    assert np.abs(trained - to_numpy(double(x)[0])).max() > 1e-3
    assert (trained != 0).mean() > 0.9  # a dropped row of inputs at the first step gives zeros: the bias is zero


@pytest.mark.parametrize("kind", [*KINDS, *CELLS])
def test_rules_round_trip(kind):
    """Back and forth is exact but for merged biases, whose sum is kept."""
    source = {**KINDS, **CELLS}[kind][0]
    options = {} if kind in CELLS else {"num_layers": 2, "bidirectional": True}
    module, rule = source(C, H, **options), LAYER_RULES[kind]
    original = {name: to_numpy(p) for name, p in module.named_parameters()}
    back = rule.backward(rule.forward(original, {}), {})
    assert set(back) == set(original)
    for name, array in original.items():
        if not rule.merged(name):
            np.testing.assert_array_equal(back[name], array)
        elif "bias_ih" in name:
            other = name.replace("bias_ih", "bias_hh")
            np.testing.assert_array_equal(back[name] + back[other], array + original[other])
