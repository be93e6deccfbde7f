"""Recurrent layers that are told what they give: every output or the last, with the final state or without.

They take (N, time, features), one layer and one direction each. `inner` and `gate` are activations of their own.
Weights are named as Keras names them; `reset_after` False is a GRU that resets the state before the product.
"""

from __future__ import annotations

from .keras_forms import read, weights
from .registry import layer

_CALL = "(sequences: x, initial_state: state = None, mask: mask = None, training: training = None)"
_INNER = "activation: activation(inner) = 'tanh'"
_GATED = f"{_INNER}, recurrent_activation: activation(gate) = 'sigmoid'"
_BIAS = "use_bias: bias = True"
_OWN = weights("kernel", "recurrent", "bias")
_FORGET = weights("kernel", "recurrent", "bias", more="unit_forget_bias: forget_init = True")
_RATES = "dropout: dropout = 0.0, recurrent_dropout: state_dropout = 0.0"
_GIVES = ("return_sequences: all_outputs = False, return_state: with_state = False, go_backwards: backwards = False, "
          "stateful: stateful = False")
_UNROLL = "unroll: _ = False"

#: Layer and cell of a kind: name in Keras, activations, initial values, what is special.
_KINDS = {"lstm": ("LSTM", _GATED, _FORGET, ""), "gru": ("GRU", _GATED, _OWN, "reset_after: reset_after = True"),
          "rnn": ("SimpleRNN", _INNER, _OWN, "")}

for _name, (_class, _act, _initial, _more) in _KINDS.items():
    _own = ", ".join(filter(None, [f"units: units, {_act}, {_BIAS}, {_initial}, {_RATES}, seed: seed_hint = None",
                                   _GIVES, _UNROLL, _more]))
    _layer = _own + ("" if _name == "rnn" else ", use_cudnn: _ = 'auto'")
    layer(f"{_name}_sequence", "any", keras=f"layers.{_class}({_layer})",
          call_keras="(sequences: x, initial_state: state = None, mask: mask = None)",
          from_keras=read(f"layers.{_class}", _layer), from_call_keras=_CALL)
    _cell = ", ".join(filter(None, [f"units: units, {_act}, {_BIAS}, {_initial}, {_RATES}", _more,
                                    "seed: seed_hint = None"]))
    layer(f"{_name}_step", "any", keras=f"layers.{_class}Cell({_cell})", call_keras="(inputs: x, states: state)",
          from_keras=read(f"layers.{_class}Cell", _cell),
          from_call_keras="(inputs: x, states: state, training: training = None)")
layer("step_sequence", "any", keras=f"layers.RNN(cell: cell, {_GIVES}, {_UNROLL}, zero_output_for_mask: zero_masked = False)",
      call_keras="(sequences: x, initial_state: state = None, mask: mask = None)", from_call_keras=_CALL,
      from_keras=read("layers.RNN", f"cell: cell, {_GIVES}, {_UNROLL}, zero_output_for_mask: zero_masked = False"))
layer("step_stack", "any", keras="layers.StackedRNNCells(cells: cells)", call_keras="(inputs: x, states: state)",
      from_keras=read("layers.StackedRNNCells", "cells: cells"),
      from_call_keras="(inputs: x, states: state, training: training = None)")
_BOTH = "layer: layer, merge_mode: merge = 'concat', weights: None = None, backward_layer: backward = None"
layer("both_directions", "any", keras=f"layers.Bidirectional({_BOTH})",
      call_keras="(sequences: x, initial_state: state = None, mask: mask = None)",
      from_keras=read("layers.Bidirectional", _BOTH), from_call_keras=_CALL)
_CONV = (f"filters: out, kernel_size: kernel, strides: stride = 1, padding: symmetric_pad(pad) = 'valid', "
         f"data_format: last_axis_channels(order) = None, dilation_rate: dilation = 1, {_GATED}, {_BIAS}, {_FORGET}, {_RATES}, "
         f"seed: seed_hint = None, {_GIVES}")
for _n in (1, 2, 3):
    layer(f"conv_lstm{_n}d", "any", keras=f"layers.ConvLSTM{_n}D({_CONV})",
          call_keras="(sequences: x, initial_state: state = None, mask: mask = None)",
          from_keras=read(f"layers.ConvLSTM{_n}D", _CONV), from_call_keras=_CALL)
