"""Tensors that forward methods keep for later calls."""

from __future__ import annotations

from typing import Any

from ..lift.evidence import has_tensor
from ..lift.scope import targets as bound_by
from ..parts import Part
from ..pivot.nodes import Block, Host, Node, unwrapped
from .attributes import self_attribute


class Memos(Part):
    """Part of `Lowerer`."""

    def recomputed(self, node: Host) -> Block | None:
        """`if key not in self.cache: self.cache[key] = …`, computed from weights: done in every call.

        While a graph is traced the tensor belongs to that graph, and a tensor that is kept would not follow the weights.
        None for other branches: what a call leaves for another one is a state.
        """
        attribute = _asks_for(node.fields["test"])
        if attribute is None or node.fields["orelse"] or not self.in_forward() or \
                self.dialect is self.context.source_dialect:
            return None
        key = node.fields["test"].fields["left"]
        *before, last = node.fields["body"]
        if not (_stores(last, attribute, key) and self._is_tensor(last) and
                all(isinstance(s, Host) and s.kind == "Assign" for s in before)):
            return None
        known = {n.fields["id"] for n in key.walk() if isinstance(n, Host) and n.kind == "Name"}
        known |= set().union(*(bound_by(s) for s in before), {self.functions[-1]["self"]})
        function = self.functions[-1]["node"]
        bound = _names_of(function) - known
        values = [s.fields["value"] for s in node.fields["body"]]
        if any(isinstance(n, Host) and n.kind == "Name" and n.fields["id"] in bound for v in values for n in v.walk()) or \
                not self._only_kept_so(attribute):
            return None
        return Block(self.visit(node.fields["body"]), span=node.span, verbatim=False)

    def _is_tensor(self, statement: Any) -> bool:
        """True where what a statement stores was seen to be, or to hold, a tensor."""
        value = unwrapped(statement.fields["value"])
        return any(has_tensor(e.data.get("o")) for e in self.context.evidence.events(self.file.module, value.site))

    def _only_kept_so(self, attribute: str) -> bool:
        """True where nothing else of the class and its relatives puts a tensor into the container."""
        for key in self.context.family.get(self.owner or "", {self.owner or ""}):
            root = self.context.nodes.get(key)
            fine = {id(b.fields["body"][-1]) for b in root.walk() if isinstance(b, Host) and b.kind == "If" and
                    _asks_for(b.fields["test"]) == attribute} if root is not None else set()
            if root is not None and any(id(n) not in fine and _stores(n, attribute, None) for n in root.walk()):
                return False
        return True


def _asks_for(test: Any) -> str | None:
    """`cache` of `key not in self.cache`."""
    if isinstance(test, Host) and test.kind == "Compare" and test.fields["ops"] == ["NotIn"]:
        return self_attribute(test.fields["comparators"][0])
    return None


def _stores(statement: Node, attribute: str, key: Node | None) -> bool:
    """True for `self.cache[key] = …`, of any key where none is given."""
    if not (isinstance(statement, Host) and statement.kind in ("Assign", "AugAssign")):
        return False
    target = statement.fields["targets"][0] if statement.kind == "Assign" else statement.fields["target"]
    return isinstance(target, Host) and target.kind == "Subscript" and self_attribute(target.fields["value"]) == attribute \
        and (key is None or target.fields["slice"].key() == key.key())


def _names_of(function: Node) -> set[str]:
    """Parameters of a function and names that it binds."""
    out: set[str] = set()
    for node in function.walk():
        if isinstance(node, Host):
            out |= {node.fields["arg"]} if node.kind == "arg" else bound_by(node)
    return out
