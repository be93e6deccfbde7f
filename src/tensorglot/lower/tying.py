"""Tied weights: one parameter of two layers of a module.

The target's layers make their weights when they are first called, so the layers are tied, not the tensors. A dense
layer and an embedding share one matrix in two orders: the dense layer becomes one that reads the embedding's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..pivot.nodes import Block, Host, Idiom, Layer, Node, literal, unwrapped

Key = tuple[str, int]


@dataclass
class Tie:
    """A statement that ties `dense` to `embedding`; or (`dense` None) lets `first` and `second` be one layer."""

    first: Node
    second: Node
    dense: Node | None = None
    embedding: Node | None = None
    reason: str = ""
    #: The layers are tied where they are made.
    done: bool = False


class Ties:
    """The ties of a program: by statement, and the dense layers' constructors that are concerned."""

    def __init__(self, context: Any):
        self.context = context
        self.statements: dict[Key, Tie] = {}
        self.constructors: set[Key] = set()
        self.shared: dict[Key, Node] = {}
        for key, node in context.nodes.items():
            if context.is_module(key):
                for statement in node.walk():
                    self._note(key, node, statement)

    def _note(self, key: str, owner: Host, statement: Node) -> None:
        idiom = statement.fields["value"] if isinstance(statement, Host) and statement.kind == "Expr" else None
        if not (isinstance(idiom, Idiom) and idiom.name == "tie") or statement.site is None:
            return
        names = ("embedding", "dense") if idiom.args["target"] == "embedding" else ("dense", "embedding")
        sides = idiom.args[names[0]], idiom.args[names[1]]
        paths = _path(sides[0]), _path(sides[1])
        expected = {"embedding": "embedding", "dense": "linear"}
        sorts = tuple((self._sort(key, p) if p else None) or expected[n] for p, n in zip(paths, names, strict=True))
        module = key.split(":")[0]
        tie = self.statements[(module, statement.site)] = Tie(*sides)
        if set(sorts) == {"linear", "embedding"}:
            dense = sorts.index("linear")
            made = _constructor(owner, paths[dense])
            if made is None or made.site is None:
                tie.reason = "the weight of a dense layer that is made elsewhere is tied"
            else:
                self.constructors.add((module, made.site))
                tie.dense, tie.embedding = sides[dense], sides[1 - dense]
        elif sorts[0] == sorts[1] and self._only_weights(owner, paths, sorts):
            self._share(module, owner, tie, paths)
        else:
            tie.reason = f"the weight of a layer ({sorts[1]}) becomes that of another ({sorts[0]})"

    def _share(self, module: str, owner: Host, tie: Tie, paths: tuple[list[str], list[str]]) -> None:
        """Two layers that are one: where the class makes both, the second is not made."""
        made = [_constructor(owner, p) for p in paths]
        first, second = (m.site if m is not None else None for m in made)
        if first is None or second is None:
            return
        later = int(second > first)
        self.shared[(module, max(first, second))] = tie.second if later == 0 else tie.first
        tie.done = True

    def _only_weights(self, owner: Host, paths: tuple[list[str], list[str]], sorts: tuple[Any, ...]) -> bool:
        """True where the two layers have nothing but the weight, and so can be one."""
        if sorts[0] == "embedding":
            return True
        made = [_constructor(owner, p) for p in paths]
        return sorts[0] == "linear" and all(m is not None and _is_false(m.args.get("bias")) for m in made)

    def _sort(self, key: str, path: list[str]) -> str | None:
        """The catalog's name of the layer at a path of attributes below a module."""
        known = self.context.classes.attribute(key, path[0]) if len(path) == 1 else None
        if known is not None and known.startswith("layer:"):
            return known[6:]
        family = self.context.family.get(key, {key})
        for run in self.context.evidence.runs:
            modules = run[0].modules.values() if run else ()
            classes = {m["path"]: m["class"] for m in modules if m.get("path") is not None}
            for place, name in classes.items():
                found = classes.get(".".join([place, *path] if place else path)) if name in family else None
                if found is not None and ":" not in found:
                    canonical = self.context.source_dialect.canonical(found)
                    entries = registry.lookup(self.context.source_prefix, canonical)
                    return next((e.name for e in entries if e.kind == "layer"), None)
        return None

    # -- lowering -----------------------------------------------------------------------------------------------------

    def lowered(self, lowerer: Any, node: Host) -> Node:
        """The statement in the target."""
        tie = self.statements.get(lowerer.key(node))
        if tie is None or tie.reason:
            reason = tie.reason if tie is not None else "weights are tied outside of a module"
            marked = lowerer.mark(node, "TG013", reason, "Use one layer in both places.")
            return lowerer.simple(Host("Expr", {"value": marked}, verbatim=False), node)
        if tie.done:
            return Block([], span=node.span, verbatim=False)
        if tie.dense is not None:
            place = Host("Attribute", {"value": lowerer.visit(tie.dense), "attr": "embedding"}, verbatim=False)
            made = {"targets": [place], "value": lowerer.visit(tie.embedding)}
        else:
            made = {"targets": [lowerer.visit(tie.first)], "value": lowerer.visit(tie.second)}
        return lowerer.placed(Host("Assign", made), node)

    def constructor(self, lowerer: Any, node: Layer, made: Node) -> Node:
        """The constructor of a tied layer: of a dense layer that reads an embedding, or another layer itself."""
        if lowerer.key(node) in self.shared:
            return lowerer.placed(lowerer.visit(self.shared[lowerer.key(node)]), node)
        call = unwrapped(made)
        if lowerer.key(node) in self.constructors and isinstance(call, Host) and call.kind == "Call":
            call.fields["func"] = lowerer.use("adapters.TiedDense")
        return made


def _path(node: Any) -> list[str]:
    """`["a", "b"]` of `self.a.b` or `self.a["b"]`; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, Host) and node.kind in ("Attribute", "Subscript"):
        if node.kind == "Attribute":
            parts.insert(0, node.fields["attr"])
        elif isinstance(node.fields["slice"], Host) and node.fields["slice"].kind == "Constant":
            parts.insert(0, str(literal(node.fields["slice"])))
        else:
            return []
        node = node.fields["value"]
    return parts if isinstance(node, Host) and node.kind == "Name" and node.fields["id"] == "self" else []


def _constructor(owner: Host, path: list[str]) -> Layer | None:
    """The layer that a class assigns to an attribute of its own."""
    for node in owner.walk():
        if isinstance(node, Host) and node.kind == "Assign" and isinstance(node.fields["value"], Layer) and \
                wrapped_layer(node.fields["value"]) is node.fields["value"] and \
                any(_path(t) == path for t in node.fields["targets"]):
            return node.fields["value"]
    return None


def _is_false(node: Any) -> bool:
    return node is False or isinstance(node, Host) and node.kind == "Constant" and node.fields["value"] is False
