"""Moves weights between two live models: `transfer_weights(src_model, dst_model, plan)`."""

from __future__ import annotations

import inspect
from collections.abc import Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights import steps as st
from tensorglot.weights.layer_rules import LAYER_RULES
from tensorglot.weights.pairing import Move, Pairing, check, pair
from tensorglot.weights.plan import Plan, load_plan
from tensorglot.weights.trees import Node, tree_of


@dataclass
class TransferReport:
    """What became of each tensor: lists of (source paths, target paths) or of (path, reason)."""

    moved: list[tuple[str, str]] = field(default_factory=list)
    merged: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    derived: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        lists: dict[str, Sized] = {"moved": self.moved, "merged": self.merged, "derived": self.derived,
                                   "dropped": self.dropped, "aliases": self.aliases}
        return ", ".join(f"{len(items)} {name}" for name, items in lists.items() if items)


def pair_models(source: Any, target: Any, plan: Plan, unbuilt: str = "error") -> tuple[Pairing, Node, Node, bool]:
    """Pairs two live models; returns the pairing, both trees in the plan's direction, and whether it was reversed."""
    a_name, a = tree_of(source)
    b_name, b = tree_of(target)
    reverse = a_name == plan.target and b_name == plan.source
    if not reverse and (a_name, b_name) != (plan.source, "keras" if plan.target == "tensorflow" else plan.target):
        raise TensorglotError(f"the plan maps {plan.source} to {plan.target}, the models are {a_name} and {b_name}",
                              code="TG002")
    if reverse:
        a_name, a, b_name, b = b_name, b, a_name, a
    return pair(a, b, a_name, b_name, plan, unbuilt), a, b, reverse


def transfer_weights(src_model: Any, dst_model: Any, plan: Any = None, *, unbuilt: str = "error") -> TransferReport:
    """Copies all parameters and buffers of `src_model` into `dst_model`; both directions.

    The target must have been called once, so that it has variables. `plan` is a path, a JSON document or a `Plan`;
    left out, it is the file beside the module that defines either model, else names must agree. `unbuilt="drop"`
    accepts layers that no call has built. Raises TG041 naming each tensor that has no place, is left unfilled or has
    another shape; then nothing was written.
    """
    loaded = plan_for(src_model, dst_model) if plan is None else load_plan(plan)
    if loaded.target == "tensorflow":
        loaded.target = "keras"
    pairing, _, _, reverse = pair_models(src_model, dst_model, loaded, unbuilt)
    check(pairing)
    check_constants(pairing)
    writes: list[tuple[Any, np.ndarray]] = []
    for move in pairing.moves:
        writes += [(tensor, value) for tensor, value in values(move, reverse)]
    _check_conflicts(writes)
    for tensor, value in writes:
        tensor.write(value)
    return report(pairing, reverse)


def plan_for(src_model: Any, dst_model: Any) -> Plan:
    """The plan beside the file of either model's class (`NAME.plan.json` or `tensorglot.plan.json`), else derived."""
    for model in (dst_model, src_model):
        try:
            file = Path(inspect.getfile(type(model)))
        except (TypeError, OSError):
            continue
        beside = [file.with_suffix(".plan.json"), *(folder / "tensorglot.plan.json" for folder in file.parents[:8])]
        for path in beside:
            if path.is_file():
                return load_plan(path)
    names = [tree_framework(m) for m in (src_model, dst_model)]
    return Plan("torch", "keras") if "torch" in names else Plan(names[0], names[1])


def tree_framework(model: Any) -> str:
    """The framework of a live model."""
    return tree_of(model)[0]


def values(move: Move, reverse: bool = False) -> list[tuple[Any, np.ndarray]]:
    """The (tensor, value) pairs that a move writes."""
    if move.kind == "moved":
        a, b = move.sources[0], move.targets[0]
        if reverse:
            return [(a, st.apply(st.invert(move.steps, a.shape), b.read()))]
        return [(b, st.apply(move.steps, a.read()))]
    if move.kind == "converted":
        inputs = (move.targets, move.target_names) if reverse else (move.sources, move.source_names)
        outputs = (move.sources, move.source_names) if reverse else (move.targets, move.target_names)
        arrays = {name: tensor.read() for tensor, name in zip(*inputs, strict=True)}
        return _converted(move, arrays, dict(zip(outputs[1], outputs[0], strict=True)), reverse)
    return []


def _converted(move: Move, arrays: dict[str, np.ndarray], out: dict[str, Any],
               reverse: bool) -> list[tuple[Any, np.ndarray]]:
    made = convert_arrays(move.convert, arrays, move.config, reverse)
    if made.keys() != out.keys():
        raise TensorglotError(
            f"weights do not fit: the rule {move.convert!r} for {_owner(move)} makes {sorted(made)}, the layer has "
            f"{sorted(out)}", code="TG041", remedy="call the models once, and build both with the same expression")
    pairs = [(out[name], array) for name, array in made.items()]
    for tensor, array in pairs:
        if tuple(array.shape) != tensor.shape:
            raise TensorglotError(f"weights do not fit: {tensor.name} has shape {list(tensor.shape)}, not "
                                  f"{list(array.shape)}", code="TG041")
    return pairs


def convert_arrays(rule: str, arrays: dict[str, np.ndarray], config: dict[str, Any], reverse: bool) -> dict[str, Any]:
    """Applies a layer rule; raises TG041 where there is none or a name is foreign to it."""
    if rule not in LAYER_RULES:
        raise TensorglotError(f"no layer rule is called {rule!r}", code="TG041")
    try:
        return (LAYER_RULES[rule].backward if reverse else LAYER_RULES[rule].forward)(arrays, config)
    except KeyError as error:
        raise TensorglotError(f"the rule {rule!r} does not know the tensor {error.args[0]!r}", code="TG041") from error


def _owner(move: Move) -> str:
    return move.sources[0].name.removesuffix(move.source_names[0]).rstrip(".") or "the model"


def _check_conflicts(writes: list[tuple[Any, np.ndarray]]) -> None:
    first: dict[int, tuple[Any, np.ndarray]] = {}
    for tensor, value in writes:
        known = first.setdefault(tensor.key, (tensor, value))
        if not np.array_equal(known[1], value, equal_nan=value.dtype.kind == "f"):
            raise TensorglotError(f"{tensor.name} is tied in the target, but the source has two values for it",
                                  code="TG041", remedy="tie the source's tensors, or untie the target's")


def check_constants(pairing: Pairing) -> None:
    """Raises TG041 where the target computes a buffer that has another value in the source."""
    for move in pairing.moves:
        if move.kind == "derived" and move.constant is not None:
            tensor = move.sources[0]
            mine, theirs = st.apply(move.steps, tensor.read()), np.asarray(move.constant)
            if mine.shape != theirs.shape or not np.allclose(mine, theirs, rtol=1e-5, atol=1e-6, equal_nan=True):
                raise TensorglotError(f"weights do not fit: {tensor.name} is computed by the target, with another "
                                      "value than the source's", code="TG041")


def report(pairing: Pairing, reverse: bool = False) -> TransferReport:
    """The pairing as lists of paths, in the direction of the transfer."""
    out = TransferReport()
    for move in pairing.moves:
        sources, targets = tuple(t.name for t in move.sources), tuple(t.name for t in move.targets)
        if reverse:
            sources, targets = targets, sources
        if move.kind == "moved":
            out.moved.append((sources[0], targets[0]))
        elif move.kind == "converted":
            out.merged.append((sources, targets))
        else:
            section = {"alias": out.aliases, "derived": out.derived, "dropped": out.dropped}[move.kind]
            section.append((move.sources[0].name, move.reason))
    return out
