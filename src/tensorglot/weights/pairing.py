"""Walks a source and a target model tree side by side and says which tensor becomes which, and how.

Knows no framework: trees come from `trees.py`, rules of single layers from the catalog, rules of the project's own
classes from the weight plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tensorglot.catalog.registry import Entry, Weight, lookup
from tensorglot.diagnostics import TensorglotError
from tensorglot.weights import steps as st
from tensorglot.weights import wrapping
from tensorglot.weights.layer_rules import LAYER_RULES
from tensorglot.weights.plan import ClassPlan, Plan, Rows
from tensorglot.weights.trees import Node, Tensor

#: Framework bookkeeping that has no counterpart.
DROPPED = {"num_batches_tracked": "counts batches, which the target does not need"}


#: An entry's `convert` that says: after the permutation, take the target's shape (depthwise kernels).
RESHAPE = "reshape"


@dataclass(eq=False)
class Move:
    """Tensors of the source that become tensors of the target.

    `kind`: "moved" (`steps` rearrange one tensor), "converted" (`convert` names a layer rule; `names` are the layer's
    own names of the tensors), "alias" (the same tensor under another name), "derived" (the target computes it),
    "dropped" (`reason`).
    """

    kind: str
    sources: list[Tensor]
    targets: list[Tensor]
    steps: list[st.Step] = field(default_factory=list)
    convert: str = ""
    source_names: list[str] = field(default_factory=list)
    target_names: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    constant: Any = None


@dataclass
class Pairing:
    """All moves, pairs of module paths (source, target), and what did not fit."""

    moves: list[Move] = field(default_factory=list)
    modules: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class _Rules:
    """The plan's rules by absolute source path."""

    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    columns: dict[str, Rows] = field(default_factory=dict)

    def enter(self, plan: ClassPlan, path: str) -> None:
        """Adds a class's rules for the module at `path`."""
        for section in ("parameters", "rows", "columns"):
            for key, value in getattr(plan, section).items():
                getattr(self, section)[f"{path}.{key}" if path else key] = value


class _Walk:
    def __init__(self, plan: Plan, source: str, target: str, unbuilt: str):
        self.plan, self.source, self.target, self.unbuilt = plan, source, target, unbuilt
        self.rules = _Rules()
        self.result = Pairing()
        self.seen: set[tuple[int, int]] = set()
        self.unmatched: list[tuple[Tensor, str]] = []

    # modules

    def module(self, a: Node, b: Node) -> None:
        key = (id(a.handle), id(b.handle)) if a.handle is not None and b.handle is not None else (id(a), id(b))
        if key in self.seen:
            return
        self.seen.add(key)
        if a.handle is not None and b.handle is not None:
            self.result.modules.append((a.path, b.path))
        if a.tensor or b.tensor or b.kind == "constant":
            self.own_tensor(a, b)
        elif a.leaf and any(a.tensors()):
            self.layer(a, b)
        else:
            rules = self.plan.for_classes(a.classes)
            self.rules.enter(rules, a.path)
            self.children(a, b, rules.attributes, set())

    def children(self, a: Node, b: Node, renames: dict[str, str], skip: set[str]) -> None:
        positional = a.kind == b.kind == "sequence"
        for i, (name, child) in enumerate(a.children.items()):
            if name in skip:
                continue
            place = name if name.isdigit() else str(i)  # a list may have gaps: None is no module
            other = b.find(place if positional else renames.get(name, name))
            if other is None and not positional and name not in renames:
                other = b.children.get(name + "_")
            if other is not None:
                self.module(child, other)
            else:
                self.missing(child, b)

    def missing(self, a: Node, b: Node) -> None:
        for tensor in a.tensors():
            name = tensor.name.rpartition(".")[2]
            where = b.path or "the target model"
            if name in DROPPED:
                self.drop(tensor, DROPPED[name])
            elif "drop" in self.rules.parameters.get(tensor.name, {}):
                self.drop(tensor, self.rules.parameters[tensor.name]["drop"])
            elif not tensor.persistent:
                self.result.moves.append(Move("derived", [tensor], [], reason="not kept in checkpoints"))
            else:
                self.unmatched.append((tensor, f"{tensor.name}: {where} has no attribute for it"))

    def drop(self, tensor: Tensor, reason: str) -> None:
        self.result.moves.append(Move("dropped", [tensor], [], reason=reason))

    # tensors

    def own_tensor(self, a: Node, b: Node) -> None:
        if a.tensor is None:
            self.missing(a, b)
        elif a.path in self.rules.parameters and "drop" in self.rules.parameters[a.path]:
            self.drop(a.tensor, self.rules.parameters[a.path]["drop"])
        elif b.tensor is None and b.kind != "constant":
            self.unmatched.append((a.tensor, f"{a.path}: {b.path} is no tensor"))
        else:
            permute = self.rules.parameters.get(a.path, {}).get("permute")
            moves: list[st.Step] = [["permute", permute]] if permute else []
            if b.tensor is None:
                self.result.moves.append(Move("derived", [a.tensor], [], moves, constant=b.constant,
                                              reason="computed by the target"))
            else:
                self.move(a.tensor, b.tensor, moves)

    def move(self, a: Tensor, b: Tensor, steps: list[st.Step], reshape: bool = False) -> None:
        try:
            shape = st.result_shape(steps, a.shape)
        except IndexError:
            shape = a.shape
        if reshape and shape != b.shape and _same_elements(shape, b.shape):
            steps, shape = [*steps, ["reshape", list(b.shape)]], b.shape
        if shape != b.shape:
            self.result.problems.append(f"{a.name}: shape {list(a.shape)} becomes {list(shape)}, but {b.name} has "
                                        f"shape {list(b.shape)}")
            shape = b.shape
        self.result.moves.append(Move("moved", [a], [b], steps))

    # layers of the frameworks

    def layer(self, a: Node, b: Node) -> None:
        wrapper = wrapping.wrapper(a, b, self.source, self.target)
        if wrapper is not None:
            self.wrapped(a, b, wrapper)
            return
        if not b.built and not any(b.tensors()):
            fresh = self.built(a, b)
            if fresh is None:
                self.not_built(a, b)
                return
            b = fresh
        entry = self.entry(a, b)
        if entry is None:
            for tensor in a.tensors():
                name = tensor.name.rpartition(".")[2]
                other = b.find(name)
                if name in DROPPED:
                    continue
                if other is not None and other.tensor is not None and len(tensor.shape) == 1 and \
                        tensor.shape == other.tensor.shape:  # one axis: nothing to turn
                    self.move(tensor, other.tensor, [])
                else:
                    self.unmatched.append((tensor, f"{tensor.name}: no rule turns {a.classes[0]} into "
                                           f"{b.classes[0] if b.classes else b.kind} ({b.path})"))
            return
        if entry.convert in LAYER_RULES:
            self.converted(a, b, entry.convert)
            return
        done = set()
        for weight in entry.params:
            attribute, axes = weight.places[self.source]
            inner = a.find(attribute)
            if inner is not None and inner.tensor is not None:
                done.add(attribute)
                self.weight(a, inner.tensor, axes, b, weight, entry.convert == RESHAPE)
        # A project's subclass of a framework layer may have more of its own.
        rules = self.plan.for_classes(a.classes)
        self.rules.enter(rules, a.path)
        self.children(a, b, rules.attributes, done)

    def wrapped(self, a: Node, b: Node, wrapper: wrapping.Wrapper) -> None:
        """A layer whose weight is computed from other tensors, and the target's wrapper around such a layer."""
        held = wrapper.held()
        if not b.built and not any(b.tensors()):
            fresh = self.built(held, wrapper.layer(b), b)
            if fresh is None:
                self.not_built(a, b)
                return
            b = fresh
        inner = wrapper.layer(b)
        entry = self.entry(held, inner)
        for tensor, place, role in wrapper.tensors():
            other = b.find(place)
            if entry is None or other is None or other.tensor is None:
                self.unmatched.append((tensor, f"{tensor.name}: {b.path} has no tensor for it"))
                continue
            axes, steps = wrapper.order(entry, tensor, role)
            ordered = self.feature_order(a.path, tensor, axes) if axes else []
            self.move(tensor, other.tensor, ordered + steps, reshape=True)
        self.layer(held, inner)

    def built(self, a: Node, b: Node, outer: Node | None = None) -> Node | None:
        """The target's layer, built for the inputs that the source's weights take; None where that is not known."""
        if self.target == "torch" or b.handle is None:
            return None
        from .building import built

        entries = [e for name in a.classes for e in lookup(self.source, name) if e.kind == "layer" and
                   any(e is x for other in b.classes for x in lookup(self.target, other))]
        return built(a, b, entries[0], self.source, outer or b) if entries else None

    def not_built(self, a: Node, b: Node) -> None:
        if self.unbuilt == "drop":
            for tensor in a.tensors():
                self.drop(tensor, f"{b.path} was never called, so it has no variables")
        else:
            self.result.problems.append(f"{a.path}: {b.path} was never called, so it has no variables yet")

    def entry(self, a: Node, b: Node) -> Entry | None:
        """The catalog entry of both layers, else one of the source's whose tensors the target has."""
        of_a = [e for name in a.classes for e in lookup(self.source, name) if e.kind == "layer"]
        of_b = [e for name in b.classes for e in lookup(self.target, name)]
        common = [e for e in of_a if any(e is x for x in of_b)]
        for candidate in common + of_a:
            if candidate.convert in LAYER_RULES or self.fits(candidate, a, b):
                return candidate
        return None

    def fits(self, entry: Entry, a: Node, b: Node) -> bool:
        present = [w for w in entry.params if self.source in w.places and a.find(w.places[self.source][0])]
        return bool(present) and all(self.target in w.places and b.find(w.places[self.target][0]) for w in present)

    def weight(self, a: Node, tensor: Tensor, axes: tuple[str, ...], b: Node, weight: Weight, reshape: bool) -> None:
        attribute, target_axes = weight.places[self.target]
        other = b.find(attribute)
        assert other is not None and other.tensor is not None
        own = self.rules.parameters.get(tensor.name)
        if own and "drop" in own:
            self.drop(tensor, own["drop"])
            return
        if own:
            self.move(tensor, other.tensor, [["permute", own["permute"]]])
            return
        try:
            steps = self.feature_order(a.path, tensor, axes) + st.align(axes, target_axes, tensor.shape)
        except ValueError as error:
            self.result.problems.append(f"{tensor.name}: {error}")
            return
        self.move(tensor, other.tensor, steps, reshape)

    def feature_order(self, path: str, tensor: Tensor, axes: tuple[str, ...]) -> list[st.Step]:
        """Steps for a layer that reads or makes a flattened feature map."""
        out: list[st.Step] = []
        rows, columns = self.rules.rows.get(path), self.rules.columns.get(path)
        for spec, letter in ((rows, "I"), (columns, "O")):
            if spec is None:
                continue
            # A layer without input and output features, as a norm, has one feature axis.
            axis = axes.index(letter) if letter in axes else 0 if "I" not in axes and len(axes) == 1 else None
            if letter == "I" and axes == ("O",):
                axis = None
            if axis is not None:
                sizes = st.scale_map(spec.sizes, tensor.shape[axis], tensor.name)
                out += st.regroup(tensor.shape, axis, sizes, spec.order)
        return out

    def converted(self, a: Node, b: Node, rule: str) -> None:
        sources = _named(a)
        targets = _named(b)
        self.result.moves.append(Move("converted", list(sources.values()), list(targets.values()), convert=rule,
                                      source_names=list(sources), target_names=list(targets), config=a.options()))

    # the rest

    def finish(self, a: Node, b: Node) -> Pairing:
        used = {t.key: move for move in self.result.moves for t in move.sources if move.kind in ("moved", "converted")}
        for tensor, problem in self.unmatched:
            if tensor.key in used:
                self.result.moves.append(Move("alias", [tensor], [], reason=used[tensor.key].sources[0].name))
            else:
                self.result.problems.append(problem)
        filled = {t.key for move in self.result.moves for t in move.targets}
        for tensor in _unique(b.tensors()):
            if tensor.key not in filled and tensor.name.rpartition(".")[2] not in DROPPED:
                self.result.problems.append(f"{tensor.name}: nothing in the source fills this tensor of the target")
                filled.add(tensor.key)
        return self.result


def _named(node: Node, prefix: str = "") -> dict[str, Tensor]:
    """Tensors below a node by relative path; a shared one under its first name that is not private."""
    found: dict[str, Tensor] = {}
    for name, child in node.children.items():
        if child.tensor is not None:
            found[prefix + name] = child.tensor
        else:
            found |= _named(child, f"{prefix}{name}.")
    names: dict[int, str] = {}
    for name, tensor in found.items():
        best = names.get(tensor.key)
        if best is None or best.rpartition(".")[2].startswith("_"):
            names[tensor.key] = name
    return {name: tensor for name, tensor in found.items() if names[tensor.key] == name}


def _unique(tensors: Iterator[Tensor]) -> list[Tensor]:
    return list({t.key: t for t in tensors}.values())


def _same_elements(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """True where two shapes hold the same elements in the same order up to axes of size one, or one split axis.

    A depthwise kernel is stored as (kh, kw, 1, C * m) or (kh, kw, C, m): C-order makes them the same.
    """
    a, b = tuple(s for s in a if s != 1), tuple(s for s in b if s != 1)
    if a == b:
        return True
    return len(b) == len(a) + 1 and a[:-1] == b[:-2] and a[-1] == b[-1] * b[-2]


def pair(a: Node, b: Node, source: str, target: str, plan: Plan, unbuilt: str = "error") -> Pairing:
    """Pairs the tensors of a source tree with those of a target tree.

    `unbuilt` says what to do with layers of the target that were never called and thus hold nothing: "error" or
    "drop". The result's `problems` name every tensor that is unconsumed, unfilled or of a wrong shape.
    """
    walk = _Walk(plan, source, target, unbuilt)
    walk.module(a, b)
    return walk.finish(a, b)


def check(pairing: Pairing) -> None:
    """Raises TG041 naming the tensors that do not fit."""
    if pairing.problems:
        shown = pairing.problems[:8]
        more = f"\n  and {len(pairing.problems) - len(shown)} more" if len(pairing.problems) > len(shown) else ""
        raise TensorglotError("weights do not fit:\n  " + "\n  ".join(shown) + more, code="TG041",
                              remedy="use the plan written beside the migrated file, the same model expression for "
                              "both, and models that have been called once (training=True builds auxiliary branches)")
