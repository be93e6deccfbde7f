"""Axis kinds: what each rule says about the axes of its operands and results."""

from __future__ import annotations

import math
from typing import Any

from . import groups
from .tape import Axis, Call, Tape, Value


def solve_kinds(tape: Tape) -> None:
    """Gives axes their kinds, to a fixpoint over the groups that reshapes relate.

    Parts of a concatenation have the kind of the whole along its axis, and axes of size 1 that of what they are
    stretched to, unless something else tells their kinds: a sum over channels also meets axes that are none.
    """
    related: list[tuple[list[Axis], list[Axis]]] = []
    for call in tape.calls:
        relate(call, related)
    _spread(related)
    for call in tape.calls:
        for whole, part in _parts(call) + _stretched(call):
            if whole.kind is None or part.kind is None or whole.kind == part.kind:
                whole.join(part)
    _spread(related)


def _spread(related: list[tuple[list[Axis], list[Axis]]]) -> None:
    changed = True
    while changed:
        changed = False
        for before, after in related:
            for have, lack in ((before, after), (after, before)):
                kinds = {a.kind for a in have}
                if len(kinds) == 1:
                    kind = kinds.pop()
                    changed |= any([a.demand(kind) for a in lack if a.kind is None])


def relate(call: Call, related: list[tuple[list[Axis], list[Axis]]]) -> None:
    """Joins and demands the axes of one call."""
    rule = call.rule[0]
    function = _RULES.get(rule)
    if function is not None:
        function(call, related)


def axis_list(value: Any, rank: int) -> list[int] | None:
    """An axis argument as non-negative ints; None where it is not an int or a list of ints."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        value = [value]
    if isinstance(value, dict) and ("l" in value or "tu" in value):
        value = value.get("l") or value.get("tu")
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, int) for v in value):
        return None
    return [v % rank for v in value] if rank else []


def broadcast(values: list[Value]) -> None:
    """Joins axes of the same size that are aligned from the right."""
    for a, b, same in _aligned(values):
        if same:
            a.join(b)


def _aligned(values: list[Value]) -> list[tuple[Axis, Axis, bool]]:
    """Axes of the widest value and those of the others that are aligned from the right, and whether sizes agree."""
    result = max(values, key=lambda v: (v.rank, math.prod(v.shape)), default=None)
    return [] if result is None else [
        (result.axes[-i], v.axes[-i], result.shape[-i] == v.shape[-i])
        for v in values if v is not result for i in range(1, v.rank + 1)]


def _stretched(call: Call) -> list[tuple[Axis, Axis]]:
    """Pairs of axes of which one has size 1 and is repeated to the size of the other."""
    if _RULES.get(call.rule[0]) not in (_elementwise, _trailing):
        return []
    values = [v for _, v in call.inputs] + (call.outputs if call.rule[0] != "trailing" else [])
    return [(a, b) for a, b, same in _aligned(values) if not same]


def _elementwise(call: Call, related: Any) -> None:
    broadcast([v for _, v in call.inputs] + call.outputs)


def _trailing(call: Call, related: Any) -> None:
    """Operands broadcast; the result lacks their last axes."""
    operands = [v for _, v in call.inputs]
    broadcast(operands)
    for out in call.outputs if operands else ():
        for a, b in zip(max(operands, key=lambda v: v.rank).axes, out.axes):
            a.join(b)


def _same(call: Call, related: Any) -> None:
    if call.inputs:
        x = call.inputs[0][1]
        for out in call.outputs:
            if out.rank == x.rank:
                for a, b in zip(x.axes, out.axes):
                    a.join(b)


def _last(call: Call, related: Any) -> None:
    """Same axes but for the last one, whose size may change."""
    if not call.inputs:
        return
    x = call.inputs[0][1]
    for out in call.outputs:
        if out.rank == x.rank:
            for a, b in zip(x.axes[:-1], out.axes[:-1]):
                a.join(b)
            if out.shape and out.shape[-1] == x.shape[-1] and call.entry.family in ("norm", "activation"):
                out.axes[-1].join(x.axes[-1])


def _cat(call: Call, related: Any) -> None:
    """`cat`, `split`: the axes but the one along which the parts lie."""
    values = [v for _, v in call.inputs] + call.outputs
    along = _along(call)
    for value in values[1:]:
        if value.rank == values[0].rank:
            for i, (a, b) in enumerate(zip(values[0].axes, value.axes)):
                if i != along:
                    a.join(b)


def _along(call: Call) -> int | None:
    """The axis of a concatenation or split."""
    if not call.inputs or len(call.rule) < 2:
        return None
    axes = axis_list(call.args.get(call.rule[1], 0), call.inputs[0][1].rank)
    return axes[0] if axes else None


def _parts(call: Call) -> list[tuple[Axis, Axis]]:
    """Pairs of axes of a whole and its parts, along which the parts lie."""
    along = _along(call) if call.rule[0] in ("cat", "split") and call.inputs and call.outputs else None
    whole, parts = (call.outputs[0], [v for _, v in call.inputs]) if call.rule[0] == "cat" else \
        (call.inputs[0][1] if call.inputs else None, call.outputs)
    if along is None or whole is None:
        return []
    return [(whole.axes[along], part.axes[along]) for part in parts if part.rank == whole.rank]


def _insert(call: Call, related: Any) -> None:
    """`stack`, `unsqueeze`: the outputs have one axis more."""
    axes = axis_list(call.args.get(call.rule[1], 0), call.outputs[0].rank if call.outputs else 0)
    if not axes or not call.outputs:
        return
    out = call.outputs[0]
    rest = [a for i, a in enumerate(out.axes) if i not in axes]
    for _, value in call.inputs:
        if value.rank == len(rest):
            for a, b in zip(rest, value.axes):
                a.join(b)


def dropped(call: Call) -> list[int] | None:
    """Logical axes of the first input that the outputs lack; None where it is not known."""
    x = call.inputs[0][1]
    name = call.rule[1] if len(call.rule) > 1 else ""
    value = call.args.get(name)
    if call.rule[0] == "squeeze":
        if value is None:
            return [i for i, n in enumerate(x.shape) if n == 1]
        axes = axis_list(value, x.rank)
        return None if axes is None else [a for a in axes if x.shape[a] == 1]
    if call.rule[0] == "reduce" and value is None:
        return list(range(x.rank))
    return axis_list(value, x.rank)


def _drop(call: Call, related: Any) -> None:
    """`reduce`, `select`, `unbind`, `squeeze`."""
    if not call.inputs:
        return
    x = call.inputs[0][1]
    axes = dropped(call)
    for out in call.outputs:
        if out.rank == x.rank:
            for a, b in zip(x.axes, out.axes):
                a.join(b)
        elif axes is not None and out.rank == x.rank - len(axes):
            for a, b in zip([a for i, a in enumerate(x.axes) if i not in axes], out.axes):
                a.join(b)


def permutation(call: Call) -> list[int] | None:
    """Logical permutation of a `permute` or `transpose` call: output axis j is input axis p[j]."""
    x = call.inputs[0][1]
    rule = call.rule
    if rule[0] == "transpose":
        names = rule[1:3]
        if len(names) < 2:
            axes: list[int] | None = [x.rank - 2, x.rank - 1]
        else:
            pair = [axis_list(call.args.get(n), x.rank) for n in names]
            if None in pair or any(len(p) != 1 for p in pair):  # type: ignore[arg-type]
                return None
            axes = [p[0] for p in pair]  # type: ignore[index]
        out = list(range(x.rank))
        if axes and len(out) > 1:
            out[axes[0]], out[axes[1]] = out[axes[1]], out[axes[0]]
        return out
    if len(rule) == 1:
        return list(reversed(range(x.rank)))
    return axis_list(call.args.get(rule[1]), x.rank) or (list(reversed(range(x.rank))) if call.args.get(rule[1]) is None
                                                         else None)


def _permute(call: Call, related: Any) -> None:
    if not call.inputs or not call.outputs:
        return
    p = permutation(call)
    x, out = call.inputs[0][1], call.outputs[0]
    if p is not None and sorted(p) == list(range(x.rank)) and out.rank == x.rank:
        for j, i in enumerate(p):
            out.axes[j].join(x.axes[i])


def _reshape(call: Call, related: Any) -> None:
    if not call.inputs:
        return
    x = call.inputs[0][1]
    for out in call.outputs[:1]:
        for before, after in groups.factor(x.shape, out.shape):
            a, b = [x.axes[i] for i in before], [out.axes[i] for i in after]
            if len(a) == len(b) == 1:
                a[0].join(b[0])
            elif a and b:
                wide_a = [v for v, i in zip(a, before) if x.shape[i] != 1] or a
                wide_b = [v for v, i in zip(b, after) if out.shape[i] != 1] or b
                related.append((wide_a, wide_b))


def _getitem(call: Call, related: Any) -> None:
    if not call.inputs or not call.outputs:
        return
    x, out = call.inputs[0][1], call.outputs[0]
    for j, i in enumerate(groups.index_map(call.args.get("index"), x.rank) or ()):
        if i is not None and j < out.rank:
            out.axes[j].join(x.axes[i])


def _setitem(call: Call, related: Any) -> None:
    """The axes of what is assigned are those of the part, as far as sizes agree."""
    values = dict(call.inputs)
    x, value = values.get("x"), values.get("value")
    mapping = groups.index_map(call.args.get("index"), x.rank) if x is not None else None
    if x is None or value is None or mapping is None or None in mapping or len(mapping) < value.rank:
        return
    for i in range(1, value.rank + 1):
        if value.shape[-i] != 1:
            x.axes[mapping[-i] or 0].join(value.axes[-i])


def _matmul(call: Call, related: Any) -> None:
    values = [v for _, v in call.inputs]
    if len(values) < 2 or not call.outputs:
        return
    x, y, out = values[-2], values[-1], call.outputs[0]
    if x.rank > 1 and y.rank > 1:
        out.axes[-1].join(y.axes[-1])
        out.axes[-2].join(x.axes[-2])
        x.axes[-1].join(y.axes[-2])
        for value in (x, y):
            for i in range(3, value.rank + 1):
                if i <= out.rank:
                    out.axes[-i].join(value.axes[-i])


def _einsum(call: Call, related: Any) -> None:
    terms = groups.einsum_terms(call.args.get(call.rule[1]))
    if terms is None:
        return
    letters: dict[str, Axis] = {}
    for term, value in zip(terms[0] + [terms[1]], [v for _, v in call.inputs] + call.outputs):
        if len(term) == value.rank:
            for letter, axis in zip(term, value.axes):
                letters.setdefault(letter, axis).join(axis)


def _einops(call: Call, related: Any) -> None:
    sides = groups.einops_sides(call.args.get(call.rule[1]))
    if sides is None or not call.outputs:
        return
    values = [call.inputs[0][1], call.outputs[0]]
    atoms: dict[str, list[tuple[Axis, bool]]] = {}
    for side, value in zip(sides, values):
        if len(side) != value.rank:
            return
        for group, axis in zip(side, value.axes):
            for atom in group:
                atoms.setdefault(atom, []).append((axis, len(group) == 1))
    for places in atoms.values():
        if len(places) == 2:
            (a, alone_a), (b, alone_b) = places
            if alone_a and alone_b:
                a.join(b)
            elif alone_a != alone_b:
                related.append(([a], [b]) if alone_b else ([b], [a]))
    for side, value, other, out in ((sides[0], values[0], sides[1], values[1]), (sides[1], values[1], sides[0], values[0])):
        for group, axis in zip(side, value.axes):
            if len(group) > 1:
                parts = [out.axes[i] for i, g in enumerate(other) if any(a in group for a in g)]
                related.append(([axis], parts))


def demanded_kinds(call: Call, rank: int) -> list[str] | None:
    """Axis kinds that a `demand` entry wants for an operand of this rank, in the source's order."""
    pattern = list(call.entry.axes.get(call.framework, ()))
    if not pattern:
        return None
    digits = [c for c in call.entry.name if c in "123"]
    spatial = int(digits[-1]) if digits else None
    batched = spatial is None or rank >= spatial + 2
    out: list[str] = []
    fixed = sum(1 for p in pattern if p != "S*" and (batched or p != "N"))
    for token in pattern:
        if token == "S*":
            out += ["S"] * (rank - fixed)
        elif token == "N" and not batched:
            continue
        else:
            out.append(token)
    return out if len(out) == rank else None


def is_demanded(call: Call, operand: str) -> bool:
    """False for operands of a `demand` entry that are no images (a kernel, a grid): its axes name those that are."""
    named = call.entry.axes.get("operands")
    return named is None or operand in named


def _demand(call: Call, related: Any) -> None:
    for value in [v for name, v in call.inputs if is_demanded(call, name)] + call.outputs:
        kinds = demanded_kinds(call, value.rank)
        for axis, kind in zip(value.axes, kinds or ()):
            axis.demand(kind)
    _batch(call)


def local_kinds(tape: Tape) -> dict[tuple[int, int], list[str]]:
    """Kinds of the axes of values that are contradictory as a whole: as the layers around them see them.

    What is a channel to one layer may be no more than a position to another. Each one's operands and results, and what
    is computed from them element by element, have the kinds that this layer asks for, where others do not object.
    """
    found: dict[tuple[int, int], list[str]] = {}
    objecting: set[tuple[int, int]] = set()

    def note(value: Value, kinds: list[str] | None) -> bool:
        """True where the kinds of a value become known."""
        if kinds is None or not any(a.kind == "X" for a in value.axes):
            return False
        if value.key in found:
            objecting.update({value.key} if found[value.key] != kinds else ())
            return False
        found[value.key] = kinds
        return True

    for call in tape.calls:
        if call.rule[0] == "demand":
            for value in [v for name, v in call.inputs if is_demanded(call, name)] + call.outputs:
                note(value, demanded_kinds(call, value.rank))
    alike = [[v for _, v in c.inputs] + c.outputs for c in tape.calls if _RULES.get(c.rule[0]) in (_elementwise, _same)]
    while any([note(v, found[w.key]) for values in alike for w in values if w.key in found
               for v in values if v.rank == w.rank]):
        pass
    return {key: kinds for key, kinds in found.items() if key not in objecting}


def _batch(call: Call) -> None:
    if call.inputs and call.outputs and call.inputs[0][1].axes and call.outputs[0].axes:
        x, out = call.inputs[0][1], call.outputs[0]
        if x.rank == out.rank and x.shape[0] == out.shape[0]:
            x.axes[0].join(out.axes[0])


def _channel(call: Call, related: Any) -> None:
    _same(call, related)
    for _, value in call.inputs[:1]:
        if value.rank > 2:
            for axis, kind in zip(value.axes, ["N", "C"] + ["S"] * (value.rank - 2)):
                axis.demand(kind)


_RULES = {
    "elementwise": _elementwise, "trailing": _trailing, "like": _elementwise, "expand": _elementwise, "axis": _same,
    "argument": _same,
    "pad": _same, "tile": _same, "last": _last, "cat": _cat, "split": _cat, "stack": _insert, "unsqueeze": _insert,
    "reduce": _drop,
    "select": _drop, "unbind": _drop, "squeeze": _drop, "permute": _permute, "transpose": _permute,
    "reshape": _reshape, "flatten": _reshape, "unflatten": _reshape, "getitem": _getitem, "setitem": _setitem, "matmul": _matmul,
    "einsum": _einsum, "einops": _einops, "demand": _demand, "channel": _channel,
}
