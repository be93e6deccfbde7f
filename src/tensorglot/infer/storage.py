"""Storage orders: what each rule does when its operands and results are stored in another axis order.

A storage order is a tuple: entry k is the logical axis (of the source's order) that is stored at position k.
`rewrite` gives the canonical arguments that make the op right for given orders, or None where only the source's own
order (or, for `demand`, the layer's) will do; transposes are then put around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..pivot.nodes import Canonical, Host, Node, const, is_literal, literal
from . import groups
from .relations import axis_list, demanded_kinds, dropped, is_demanded, permutation
from .tape import Call, Value

Order = tuple[int, ...]


@dataclass
class Rewrite:
    """New canonical arguments of a site; `noop`: the op has become the identity; `rows`: a flattened feature axis
    is in another order than the source's; `columns`: the same of a feature axis that is split into a feature map;
    `cost`: transposes that the op itself is; `general`: arguments that serve tensors of any rank."""

    args: dict[str, Any] = field(default_factory=dict)
    noop: bool = False
    rows: list[int] | None = None
    columns: list[int] | None = None
    cost: int = 0
    general: dict[str, Any] | None = None

    def same_text(self, other: Rewrite) -> bool:
        """True where both give the same written call."""
        def key(args: dict[str, Any]) -> Any:
            return {k: v.key() if isinstance(v, Node) else repr(v) for k, v in args.items()}
        return self.noop == other.noop and key(self.args) == key(other.args)


class Unwritable(Exception):
    """The site cannot be rewritten for these orders."""


def identity(rank: int) -> Order:
    """The source's own order."""
    return tuple(range(rank))


def is_identity(order: Order) -> bool:
    return order == tuple(range(len(order)))


def sorted_order(value: Value, kinds: Sequence[str | None] | None = None) -> Order:
    """Batch first, channels last, the others between, stable; `kinds` of the axes, where not those that they have."""
    rank = {"N": 0, "C": 2}
    kinds = kinds or [a.kind for a in value.axes]
    if "C" not in kinds:
        return identity(value.rank)
    return tuple(sorted(range(value.rank), key=lambda i: rank.get(kinds[i] or "S", 1)))


def without(order: Order, axes: list[int]) -> Order:
    """The order of what remains when logical axes are dropped."""
    kept = [a for a in range(len(order)) if a not in axes]
    return tuple(kept.index(a) for a in order if a not in axes)


def compose(source: Order, wanted: Order) -> list[int]:
    """Transpose axes that take a tensor stored in order `source` to order `wanted`."""
    return [source.index(a) for a in wanted]


def moves(shape: tuple[int, ...], source: Order, wanted: Order) -> bool:
    """True where a transposition from one order to another does anything: more than moving axes of size 1 about."""
    def wide(order: Order) -> list[int]:
        return [a for a in order if shape[a] != 1]

    return wide(source) != wide(wanted) or [shape[a] for a in source] != [shape[a] for a in wanted]


class Site:
    """One call with its node and storage orders; methods named after rules."""

    def __init__(self, call: Call, node: Canonical | None, pins: list[Order], pouts: list[Order], rows_ok: bool,
                 columns_ok: bool = False):
        self.call = call
        self.node = node
        self.pins = pins
        self.pouts = pouts
        self.rows_ok = rows_ok
        self.columns_ok = columns_ok
        self.columns: list[int] = []

    # -- access -----------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Any:
        """The literal of a canonical argument as written; raises `Unwritable` where it is computed."""
        if self.node is None or name not in self.node.args:
            if name in self.call.args and self.node is not None:
                return None
            raise Unwritable
        node = self.node.args[name]
        if isinstance(node, Node) and not is_literal(node):
            raise Unwritable
        return literal(node) if isinstance(node, Node) else node

    def elements(self, name: str) -> list[Any]:
        """The written elements of a tuple argument; raises `Unwritable` where their number is not known."""
        node = self.node.args.get(name) if self.node is not None else None
        if isinstance(node, (tuple, list)):
            items = list(node)
        elif isinstance(node, Host) and node.kind in ("Tuple", "List"):
            items = list(node.fields["elts"])
        else:
            raise Unwritable
        if any(isinstance(i, Host) and i.kind == "Starred" for i in items):
            raise Unwritable
        return items

    def axes(self, name: str, rank: int) -> list[int]:
        found = axis_list(self.value(name), rank)
        if found is None:
            raise Unwritable
        return found

    def mapped(self, name: str, order: Order) -> dict[str, Any]:
        """The axis argument `name` in storage positions; the last axis is written as -1, a computed one looked up."""
        computed = self.node.args.get(name) if self.node is not None else None
        if isinstance(computed, Node) and not is_literal(computed) and type(self.call.args.get(name)) is int:
            places = tuple(order.index(a) for a in range(len(order)))
            looked_up = Host("Subscript", {"value": const(places), "slice": computed}, verbatim=False)
            return {} if is_identity(places) else {name: looked_up}
        written = self.value(name)
        if written is None:
            return {}
        axes = self.axes(name, len(order))
        stored = [order.index(a) for a in axes]
        if stored == axes:
            return {}
        single = isinstance(written, int)
        shown = [-1 if s == len(order) - 1 else s for s in stored]
        if not single and all(s >= 0 for s in shown):
            shown = sorted(shown) if self.call.rule[0] == "reduce" else shown
        return {name: shown[0] if single else tuple(shown)}

    # -- rules ------------------------------------------------------------------------------------------------------

    def rewrite(self) -> Rewrite | None:
        """See the module docstring."""
        rule = self.call.rule[0]
        plain = all(is_identity(p) for p in self.pins + self.pouts)
        handler = getattr(self, f"rule_{rule}", None)
        try:
            if handler is not None and (not plain or rule in ("permute", "transpose", "demand", "channel", "pad", "squeeze")):
                return handler()
        except (Unwritable, ValueError, IndexError):
            return None
        return Rewrite() if plain else None

    def rule_elementwise(self) -> Rewrite | None:
        ranks = [v.rank for _, v in self.call.inputs] + [v.rank for v in self.call.outputs]
        widest = max(ranks)
        top = next(p for p in self.pouts + self.pins if len(p) == widest)
        for order in self.pins + self.pouts:
            if not fits(order, top):
                return None
        return Rewrite()

    rule_like = rule_elementwise

    def rule_argument(self) -> Rewrite | None:
        return None if moves(self.call.inputs[0][1].shape, self.pins[0], self.pouts[0]) else Rewrite()

    def rule_trailing(self) -> Rewrite | None:
        """The last axes, over which is summed, may be stored in any order among themselves."""
        top, out = max(self.pins, key=len), self.pouts[0]
        kept = len(out)
        if any(not fits(p, top) for p in self.pins) or top[:kept] != out:
            return None
        return Rewrite()

    def rule_axis(self) -> Rewrite | None:
        if not self.pins:
            return None
        x = self.pins[0]
        if any(p != x for p in self.pouts + self.pins if len(p) == len(x)):
            return None
        new: dict[str, Any] = {}
        for name in self.call.rule[1:]:
            new |= self.mapped(name, x)
        return Rewrite(new)

    rule_split = rule_axis

    def rule_pad(self) -> Rewrite | None:
        """Paddings are written from the last axis backwards; here they become pairs in storage order."""
        x, name = self.pins[0], self.call.rule[1]
        if self.pouts[0] != x:
            return None
        try:
            flat = self.elements(name)
        except Unwritable:
            seen = self.call.args.get(name)
            count = len(seen) // 2 if isinstance(seen, (tuple, list)) else 0
            axes = tuple(x.index(len(x) - 1 - i) for i in range(count))
            return Rewrite({"axes": axes}) if count else None
        pairs: list[Any] = [(0, 0)] * len(x)
        for i in range(len(flat) // 2):
            pairs[x.index(len(x) - 1 - i)] = (flat[2 * i], flat[2 * i + 1])
        axes = tuple(x.index(len(x) - 1 - i) - len(x) for i in range(len(flat) // 2))
        return Rewrite({name: tuple(pairs)}, general={"axes": axes})

    def rule_tile(self) -> Rewrite | None:
        if self.pins[0] != self.pouts[0]:
            return None
        name = self.call.rule[1]
        items = self.elements(name)
        return Rewrite({name: tuple(items[a] for a in self.pins[0])})

    def rule_cat(self) -> Rewrite | None:
        top = self.pouts[0]
        return Rewrite(self.mapped(self.call.rule[1], top)) if all(p == top for p in self.pins) else None

    def rule_reduce(self) -> Rewrite | None:
        x = self.pins[0]
        axes = dropped(self.call)
        if axes is None:
            return None
        for order in self.pouts:
            if len(order) == len(x):
                if order != x:
                    return None
            elif order != without(x, axes):
                return None
        return Rewrite(self.mapped(self.call.rule[1], x) if len(self.call.rule) > 1 else {})

    rule_select = rule_unbind = rule_reduce

    def rule_squeeze(self) -> Rewrite | None:
        """An axis whose size is not 1 is left alone by the source."""
        if self.value(self.call.rule[1]) is not None and dropped(self.call) == [] and self.pouts[0] == self.pins[0]:
            return Rewrite(noop=True)
        return self.rule_reduce()

    def rule_unsqueeze(self) -> Rewrite | None:
        out = self.pouts[0]
        axis = self.axes(self.call.rule[1], len(out))[0]
        if any(p != without(out, [axis]) for p in self.pins):
            return None
        return Rewrite(self.mapped(self.call.rule[1], out))

    rule_stack = rule_unsqueeze

    def rule_permute(self) -> Rewrite | None:
        p = permutation(self.call)
        x, out = self.pins[0], self.pouts[0]
        if p is None or len(x) != len(out):
            return None
        stored = [x.index(p[a]) for a in out]
        if stored == list(range(len(x))):
            return Rewrite(noop=True)
        if is_identity(x) and is_identity(out):
            return Rewrite(cost=1)
        rule = self.call.rule
        if rule[0] == "permute" and len(rule) > 1:
            self.axes(rule[1], len(x))
            return Rewrite({rule[1]: tuple(stored)}, cost=1)
        moved = [k for k, v in enumerate(stored) if k != v]
        if len(moved) == 2 and len(rule) == 3:
            for name in rule[1:]:
                self.axes(name, len(x))
            return Rewrite({rule[1]: moved[0], rule[2]: moved[1] if moved[1] != len(x) - 1 else -1}, cost=1)
        return None

    rule_transpose = rule_permute

    def rule_reshape(self) -> Rewrite | None:
        order = self._regrouped()
        if order is None:
            return None
        rule = self.call.rule
        if rule[0] == "reshape":
            if is_identity(self.pouts[0]):
                return Rewrite(rows=order)
            items = self.elements(rule[1])
            return Rewrite({rule[1]: tuple(items[a] for a in self.pouts[0])}, rows=order, columns=self.columns)
        return None

    def rule_flatten(self) -> Rewrite | None:
        order = self._regrouped()
        if order is None:
            return None
        start, end = (self.axes(n, len(self.pins[0]))[0] for n in self.call.rule[1:3])
        block = self.pins[0][start:end + 1]
        if set(block) == set(range(start, end + 1)):
            return Rewrite(rows=order)
        first = min(self.pins[0].index(a) for a in range(start, end + 1))
        last = first + end - start
        shown = last if last != len(self.pins[0]) - 1 else -1
        return Rewrite({self.call.rule[1]: first, self.call.rule[2]: shown}, rows=order)

    def rule_unflatten(self) -> Rewrite | None:
        order = self._regrouped()
        if order is None or order:
            return None
        return Rewrite(self.mapped(self.call.rule[1], self.pins[0]))

    def _regrouped(self) -> list[int] | None:
        """None where a reshape in storage order is not the same as in source order; else the order of the axes in
        a merged feature axis that differs from the source's ([] if none)."""
        x, out = self.call.inputs[0][1], self.call.outputs[0]
        pin, pout = self.pins[0], self.pouts[0]
        rows: list[int] = []
        stored_in: list[int] = [a for a in pin if x.shape[a] != 1]
        expected: list[int] = []
        by_out = {b[0]: (a, b) for a, b in groups.factor(x.shape, out.shape) if b}
        done: set[int] = set()
        for axis in pout:
            group = next(((a, b) for a, b in by_out.values() if axis in b), None)
            if group is None or axis in done:
                continue
            before, after = group
            done |= set(after)
            wide = [b for b in after if out.shape[b] != 1]
            places = [k for k, b in enumerate(q for q in pout if out.shape[q] != 1) if b in wide]
            written = [b for b in pout if b in wide]
            if len(wide) > 1 and places != list(range(places[0], places[0] + len(places))):
                return None
            if len(wide) > 1 and written != wide:
                if not self.columns_ok or len(before) != 1 or before[0] != x.rank - 1:
                    return None
                self.columns = [after.index(b) for b in pout if b in after]
            inside = [a for a in before if x.shape[a] != 1]
            stored = [a for a in stored_in if a in inside]
            if stored != inside:
                if not self.rows_ok or len(after) != 1:
                    return None
                rows = [before.index(a) for a in pin if a in before]
                inside = stored
            expected += inside
        return rows if expected == stored_in else None

    def rule_expand(self) -> Rewrite | None:
        x, out = self.pins[0], self.pouts[0]
        if not fits(x, out):
            return None
        if len(self.call.inputs) > 1 or len(self.call.rule) < 2 or self.call.rule[1] not in self.call.args:
            return Rewrite() if all(fits(p, out) for p in self.pins) else None
        items = self.elements(self.call.rule[1])
        return Rewrite({self.call.rule[1]: tuple(items[a] for a in out)})

    def rule_create(self) -> Rewrite | None:
        name = self.call.rule[1] if len(self.call.rule) > 1 else ""
        items = self.elements(name)
        return Rewrite({name: tuple(items[a] for a in self.pouts[0])})

    def rule_getitem(self) -> Rewrite | None:
        x, out = self.pins[0], self.pouts[0] if self.pouts else ()
        mapping = groups.index_map(self.call.args.get("index"), len(x))
        if mapping is None or self.node is None or len(self.call.inputs) > 1:
            return None
        kept = [i for i in mapping if i is not None]
        if [a for a in x if a in kept] != [mapping[j] for j in out if mapping[j] is not None]:
            return None
        return Rewrite({"index": self._subscript(x, out, mapping)})

    def rule_setitem(self) -> Rewrite | None:
        """`x[index] = value`: the part of `x` has its axes in the order in which they are stored."""
        pins = {name: pin for (name, _), pin in zip(self.call.inputs, self.pins)}
        x, value = pins["x"], pins.get("value", ())
        if "index" in pins:  # a mask over all axes
            return Rewrite() if pins["index"] == x and not value else None
        mapping = groups.index_map(self.call.args.get("index"), len(x))
        if mapping is None or None in mapping or self.node is None:
            return None
        part = tuple(mapping.index(a) for a in x if a in mapping)
        if not fits(value, part):
            return None
        return Rewrite({"index": self._subscript(x, part, mapping)})

    def _subscript(self, x: Order, out: Order, mapping: list[int | None]) -> Node:
        """The subscript's elements in storage order, full slices filled in and trailing ones dropped."""
        assert self.node is not None
        index = self.node.args["index"]
        items = list(index.fields["elts"]) if isinstance(index, Host) and index.kind == "Tuple" else [index]
        full = Host("Slice", {"lower": None, "upper": None, "step": None}, verbatim=False)
        used = sum(1 for i in items if not _is_none(i) and not _is_ellipsis(i))
        if not any(_is_ellipsis(i) for i in items):
            items.append(const(...))
        by_axis: dict[int, Node] = {}
        axis = 0
        for item in items:
            if _is_ellipsis(item):
                for _ in range(len(x) - used):
                    by_axis[axis] = full
                    axis += 1
            elif not _is_none(item):
                by_axis[axis] = item
                axis += 1
        stored: list[Node] = []
        outs = list(out)
        for logical in x:
            while outs and mapping[outs[0]] is None and logical in [i for i in mapping if i is not None]:
                stored.append(const(None))
                outs.pop(0)
            stored.append(by_axis[logical])
            if logical in mapping:
                outs.pop(0)
        stored += [const(None) for _ in outs]
        while len(stored) > 1 and stored[-1] is full:
            stored.pop()
        return stored[0] if len(stored) == 1 else Host("Tuple", {"elts": stored}, verbatim=False)

    def rule_einsum(self) -> Rewrite | None:
        name = self.call.rule[1]
        terms = groups.einsum_terms(self.value(name))
        if terms is None or len(terms[0]) != len(self.pins):
            return None
        left = ["".join(t[a] for a in p) for t, p in zip(terms[0], self.pins)]
        right = "".join(terms[1][a] for a in self.pouts[0])
        return Rewrite({name: f"{','.join(left)}->{right}"})

    def rule_einops(self) -> Rewrite | None:
        name = self.call.rule[1]
        sides = groups.einops_sides(self.value(name))
        if sides is None or len(sides[0]) != len(self.pins[0]) or len(sides[1]) != len(self.pouts[0]):
            return None
        left = [sides[0][a] for a in self.pins[0]]
        right = [sides[1][a] for a in self.pouts[0]]
        if left == right:
            return Rewrite(noop=True)
        return Rewrite({name: " -> ".join(" ".join(_group(g) for g in side) for side in (left, right))})

    def rule_last(self) -> Rewrite | None:
        x = self.pins[0]
        last = len(x) - 1
        if x[-1] != last or any(p != x for p in self.pouts if len(p) == len(x)):
            return None
        return Rewrite()

    def rule_channel(self) -> Rewrite | None:
        x = self.pins[0]
        channel = 1 if len(x) > 1 else 0
        return Rewrite() if x[-1] == channel and all(p == x for p in self.pouts) else None

    def rule_demand(self) -> Rewrite | None:
        return Rewrite() if (self.pins, self.pouts) == self.needed() else None

    def rule_matmul(self) -> Rewrite | None:
        if len(self.pins) == 2 and len(self.pins[1]) == 2 and is_identity(self.pins[1]):
            x = self.pins[0]
            if x[-1] == len(x) - 1 and self.pouts[0] == x:
                return Rewrite()
        return None

    def rule_shape(self) -> Rewrite | None:
        return Rewrite()

    rule_size = rule_host = rule_shape

    # -- fallback -----------------------------------------------------------------------------------------------------

    def needed(self) -> tuple[list[Order], list[Order]]:
        """The orders in which the op works as written."""
        inputs = [v for _, v in self.call.inputs]
        if self.call.rule[0] == "argument":
            return self.pouts, self.pouts
        if self.call.rule[0] == "demand":
            pins = [self._demanded(v) if is_demanded(self.call, name) else identity(v.rank)
                    for name, v in self.call.inputs]
            return pins, [self._demanded(v) for v in self.call.outputs]
        if self.call.rule[0] == "channel":
            return [self._channels_last(v.rank) for v in inputs], [self._channels_last(v.rank) for v in self.call.outputs]
        return [identity(v.rank) for v in inputs], [identity(v.rank) for v in self.call.outputs]

    def _demanded(self, value: Value) -> Order:
        kinds = demanded_kinds(self.call, value.rank)
        if kinds is None:
            return identity(value.rank)
        rank = {"N": 0, "C": 2}
        return tuple(sorted(range(value.rank), key=lambda i: rank.get(kinds[i], 1)))

    @staticmethod
    def _channels_last(rank: int) -> Order:
        return identity(rank) if rank < 3 else (0, *range(2, rank), 1)


def fits(order: Order, top: Order) -> bool:
    """True where a tensor stored in `order` broadcasts against one stored in `top` as it does in source order."""
    offset = len(top) - len(order)
    if not order or offset < 0:
        return not order
    tail = top[offset:]
    return all(a >= offset for a in tail) and tuple(a - offset for a in tail) == order


def _group(atoms: list[str]) -> str:
    return atoms[0] if len(atoms) == 1 else f"({' '.join(atoms)})"


def _is_none(node: Any) -> bool:
    return isinstance(node, Host) and node.kind == "Constant" and node.fields["value"] is None


def _is_ellipsis(node: Any) -> bool:
    return isinstance(node, Host) and node.kind == "Constant" and node.fields["value"] is ...
