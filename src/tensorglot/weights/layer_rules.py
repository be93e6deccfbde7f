"""Weight conversions of single layers that are more than a permutation of axes: pure numpy, no framework.

A catalog entry names its rule in `convert=`. `LAYER_RULES[name].forward(arrays, config)` turns a torch module's own
tensors into the Keras layer's, `.backward` goes back:

* keys on the torch side are `state_dict` names relative to the module
  (`weight_ih_l0_reverse`, `self_attn.in_proj_bias`);
* keys on the Keras side are attribute paths relative to the layer, joined by dots, with list indices as numbers
  (`forward_layers.0.cell.kernel`, `self_attn.q_proj.kernel`);
* `config` holds what the shapes can't tell; every rule here reads all it needs from names and shapes, so `{}` will do.

Two biases that Keras adds up before storing are *merged*: they come back as the sum and zero, the function is equal.
`Rule.merged` tells whether a torch name takes part in such a sum. A name that a rule does not know raises `KeyError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]
Config = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """One layer's conversion: `forward` torch → Keras, `backward` Keras → torch, `merged`: is a torch name summed?"""

    forward: Callable[[Arrays, Config], dict[str, np.ndarray]]
    backward: Callable[[Arrays, Config], dict[str, np.ndarray]]
    merged: Callable[[str], bool] = lambda name: False


_STACKED = re.compile(r"(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l(\d+)(_reverse)?$")
_KERAS_STACKED = re.compile(r"(forward|backward)_layers\.(\d+)\.cell\.(kernel|recurrent_kernel|projection|bias)$")


def _swap_blocks(rows: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """Reorders the equal blocks of axis 0 (one block a gate)."""
    return np.concatenate([np.split(rows, len(order))[i] for i in order])


@dataclass(frozen=True)
class _CellRule:
    """Gate order and biases of one kind of cell.

    torch stacks gates along axis 0 of (gates*H, in); Keras along axis 1 of (in, gates*H). `order[i]` is the torch block
    that Keras has at place i (an involution for all cells here). `two_biases`: Keras keeps both, as (2, gates*H).
    """

    order: tuple[int, ...]
    two_biases: bool = False

    def to_keras(self, part: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """`weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, `weight_hr` of one layer and direction to Keras names."""
        out = {"kernel": _swap_blocks(part["weight_ih"], self.order).T,
               "recurrent_kernel": _swap_blocks(part["weight_hh"], self.order).T}
        if "weight_hr" in part:
            out["projection"] = part["weight_hr"].T
        if "bias_ih" in part:
            biases = [_swap_blocks(part[name], self.order) for name in ("bias_ih", "bias_hh")]
            out["bias"] = np.stack(biases) if self.two_biases else biases[0] + biases[1]
        return out

    def to_torch(self, part: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The inverse of `to_keras`; a merged bias comes back as the sum (`bias_ih`) and zero (`bias_hh`)."""
        out = {"weight_ih": _swap_blocks(part["kernel"].T, self.order),
               "weight_hh": _swap_blocks(part["recurrent_kernel"].T, self.order)}
        if "projection" in part:
            out["weight_hr"] = part["projection"].T
        if "bias" in part:
            pair = part["bias"] if self.two_biases else (part["bias"], np.zeros_like(part["bias"]))
            out["bias_ih"], out["bias_hh"] = (_swap_blocks(np.asarray(bias), self.order) for bias in pair)
        return out


def _stacked_rule(cell: _CellRule) -> Rule:
    def forward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
        parts: dict[tuple[str, str], dict[str, np.ndarray]] = {}
        for name, array in arrays.items():
            kind, depth, reverse = _match(_STACKED, name)
            parts.setdefault(("backward" if reverse else "forward", depth), {})[kind] = array
        return {f"{direction}_layers.{depth}.cell.{key}": array
                for (direction, depth), part in parts.items() for key, array in cell.to_keras(part).items()}

    def backward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
        parts: dict[tuple[str, str], dict[str, np.ndarray]] = {}
        for name, array in arrays.items():
            direction, depth, key = _match(_KERAS_STACKED, name)
            parts.setdefault((depth, "_reverse" if direction == "backward" else ""), {})[key] = array
        return {f"{kind}_l{depth}{suffix}": array
                for (depth, suffix), part in parts.items() for kind, array in cell.to_torch(part).items()}

    return Rule(forward, backward, _merges(cell))


def _cell_rule(cell: _CellRule) -> Rule:
    def forward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
        return {f"cell.{key}": array for key, array in cell.to_keras(arrays).items()}

    def backward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
        return cell.to_torch({name.removeprefix("cell."): array for name, array in arrays.items()})

    return Rule(forward, backward, _merges(cell))


def _merges(cell: _CellRule) -> Callable[[str], bool]:
    return lambda name: not cell.two_biases and name.startswith("bias_")


def _match(pattern: re.Pattern[str], name: str) -> tuple[Any, ...]:
    found = pattern.match(name)
    if not found:
        raise KeyError(name)
    return found.groups()


def _attention_forward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
    out = {}
    for name, array in arrays.items():
        if name in ("in_proj_weight", "in_proj_bias"):
            suffix, rows = ("kernel", array.T) if name.endswith("weight") else ("bias", array)
            for which, block in zip("qkv", np.split(rows, 3, axis=-1), strict=True):
                out[f"{which}_proj.{suffix}"] = block
        elif name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
            out[f"{name[0]}_proj.kernel"] = array.T
        elif name == "out_proj.weight":
            out["out_proj.kernel"] = array.T
        elif name in ("out_proj.bias", "bias_k", "bias_v"):
            out[name] = array
        else:
            raise KeyError(name)
    return out


def _attention_backward(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
    out = {name: array for name, array in arrays.items() if name in ("out_proj.bias", "bias_k", "bias_v")}
    out["out_proj.weight"] = arrays["out_proj.kernel"].T
    kernels = [arrays[f"{which}_proj.kernel"] for which in "qkv"]
    if len({kernel.shape for kernel in kernels}) == 1:
        out["in_proj_weight"] = np.concatenate([kernel.T for kernel in kernels])
    else:
        out.update({f"{which}_proj_weight": kernel.T for which, kernel in zip("qkv", kernels, strict=True)})
    if "q_proj.bias" in arrays:
        out["in_proj_bias"] = np.concatenate([arrays[f"{which}_proj.bias"] for which in "qkv"])
    return out


_ATTENTION_PARTS = ("self_attn", "multihead_attn")
_DENSE_PARTS = ("linear1", "linear2")


def _owner(name: str) -> tuple[str, str, str]:
    """Splits `layers.0.self_attn.out_proj.weight` into prefix `layers.0.`, part `self_attn`, rest `out_proj.weight`."""
    steps = name.split(".")
    for i, step in enumerate(steps):
        if step in _ATTENTION_PARTS or step in _DENSE_PARTS or re.fullmatch(r"norm\d*", step):
            return "".join(s + "." for s in steps[:i]), step, ".".join(steps[i + 1:])
    raise KeyError(name)


_NORM_TO_KERAS = {"weight": "gamma", "bias": "beta"}
_NORM_TO_TORCH = {keras: torch for torch, keras in _NORM_TO_KERAS.items()}


def _blocks(attention: Callable[[Arrays, Config], dict[str, np.ndarray]], norm: Mapping[str, str],
            weight: tuple[str, str]) -> Callable[[Arrays, Config], dict[str, np.ndarray]]:
    """Conversion of a (stack of) transformer layers part by part; `weight` is the matrix' name here and there."""

    def convert(arrays: Arrays, config: Config) -> dict[str, np.ndarray]:
        out: dict[str, np.ndarray] = {}
        heads: dict[str, dict[str, np.ndarray]] = {}
        for name, array in arrays.items():
            prefix, part, rest = _owner(name)
            if part in _ATTENTION_PARTS:
                heads.setdefault(prefix + part, {})[rest] = array
            elif part in _DENSE_PARTS:
                out[f"{prefix}{part}.{weight[1] if rest == weight[0] else rest}"] = (
                    array.T if rest == weight[0] else array)
            else:
                out[f"{prefix}{part}.{norm[rest]}"] = array
        for owner, parts in heads.items():
            out.update({f"{owner}.{key}": array for key, array in attention(parts, config).items()})
        return out

    return convert


def _renamed(pairs: Mapping[str, str]) -> Rule:
    """A rule that only renames."""
    back = {keras: torch for torch, keras in pairs.items()}
    return Rule(lambda arrays, config: {pairs[name]: array for name, array in arrays.items()},
                lambda arrays, config: {back[name]: array for name, array in arrays.items()})


#: Gate orders. LSTM: both i, f, g, o. GRU: torch r, z, n; Keras z, r, n. Simple: one block.
_LSTM, _GRU, _SIMPLE = _CellRule((0, 1, 2, 3)), _CellRule((1, 0, 2), two_biases=True), _CellRule((0,))

LAYER_RULES: dict[str, Rule] = {
    "lstm": _stacked_rule(_LSTM),
    "gru": _stacked_rule(_GRU),
    "rnn": _stacked_rule(_SIMPLE),
    "lstm_cell": _cell_rule(_LSTM),
    "gru_cell": _cell_rule(_GRU),
    "rnn_cell": _cell_rule(_SIMPLE),
    "attention": Rule(_attention_forward, _attention_backward),
    "transformer": Rule(_blocks(_attention_forward, _NORM_TO_KERAS, ("weight", "kernel")),
                        _blocks(_attention_backward, _NORM_TO_TORCH, ("kernel", "weight"))),
    "embedding": _renamed({"weight": "embeddings"}),
}
