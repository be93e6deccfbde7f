"""Feature axes that flattened maps become: which may keep the storage order, since the weights are permuted instead."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .tape import Call, Tape


def mergeable(tape: Tape) -> set[Any]:
    """Merging sites whose feature axis only reaches dense layers and per-feature parameters."""
    found: set[Any] = set()
    users: dict[int, list[tuple[Call, str, int]]] = defaultdict(list)
    for call in tape.calls:
        for name, value in call.inputs:
            for i, axis in enumerate(value.axes):
                users[id(axis.root())].append((call, name, i))
    leaving = {v.key for e in tape.others if e.top is not None and "o" in e.data
               for v in tape.tensors(e, e.data.get("o"))}
    outs = {id(a.root()) for v in tape.values.values() if v.key in leaving for a in v.axes}
    for call in tape.calls:
        if call.rule[0] in ("reshape", "flatten") and call.outputs and call.outputs[0].rank:
            axis = call.outputs[0].axes[-1].root()
            if id(axis) not in outs and all(_carries(c, n, i) for c, n, i in users[id(axis)]):
                found.add(call.slot)
    for call in tape.calls:
        if call.rule[0] in ("reshape", "flatten") and call.slot in found and call.outputs:
            axis = call.outputs[0].axes[-1].root()
            if id(axis) in outs or not all(_carries(c, n, i) for c, n, i in users[id(axis)]):
                found.discard(call.slot)
    return found


def splittable(tape: Tape) -> set[Any]:
    """Splitting sites whose feature axis comes from dense layers alone."""
    found: set[Any] = set()
    made: dict[int, list[Call]] = defaultdict(list)
    used: dict[int, list[tuple[Call, int]]] = defaultdict(list)
    for call in tape.calls:
        for value in call.outputs:
            for axis in value.axes:
                made[id(axis.root())].append(call)
        for _, value in call.inputs:
            for i, axis in enumerate(value.axes):
                used[id(axis.root())].append((call, i))
    entering = {id(a.root()) for e in tape.others if e.top is not None and "args" in e.data
                for v in tape.tensors(e, list(e.data["args"].values())) for a in v.axes}
    for refuse in (False, True):
        for call in tape.calls:
            if call.rule[0] != "reshape" or not call.inputs or not call.inputs[0][1].rank:
                continue
            axis = call.inputs[0][1].axes[-1].root()
            fine = id(axis) not in entering and all(_makes(c) for c in made[id(axis)]) and all(
                c.rule[0] in ("reshape", "shape", "size") and c.slot == call.slot or _makes(c)
                for c, _ in used[id(axis)])
            if not refuse and fine:
                found.add(call.slot)
            elif refuse and not fine:
                found.discard(call.slot)
    return found


def _makes(call: Call) -> bool:
    """True for dense layers and for what lets their output features pass in any order."""
    if call.rule[0] in ("shape", "size", "host", "argument"):
        return True
    if call.rule[0] in ("elementwise", "like"):
        return not any(v.info.get("param") for _, v in call.inputs) and \
            len({v.rank for _, v in call.inputs if v.rank}) <= 1
    return call.entry.kind == "layer" and call.entry.name == "linear" and call.owner is not None


def _carries(call: Call, name: str, axis: int) -> bool:
    """True where a consumer lets a feature axis pass in any order, or takes it up in its weights."""
    rule = call.rule[0]
    if rule in ("shape", "size", "host", "argument"):
        return True
    if rule in ("elementwise", "like"):
        return not any(v.info.get("param") for _, v in call.inputs) and \
            len({v.rank for _, v in call.inputs if v.rank}) <= 1
    if call.entry.kind == "layer" and call.owner is not None:
        return call.entry.name == "linear" or rule == "channel" and axis == 1 and call.inputs[0][1].rank == 2
    return False
