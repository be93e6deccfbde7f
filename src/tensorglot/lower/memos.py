"""Tensors that forward methods keep for later calls."""

from __future__ import annotations

from typing import Any

from ..lift.evidence import has_tensor
from ..lift.scope import targets as bound_by
from ..parts import Part
from ..pivot.nodes import Block, Buffer, Host, Node, Op, is_literal, literal, unwrapped
from .attributes import self_attribute

#: Ops that tell of a tensor what does not depend on its values.
_OF_SHAPES = frozenset({"shape", "size", "rank", "dtype", "device_of", "element_count"})


class Memos(Part):
    """Part of `Lowerer`."""

    def recomputed(self, node: Host) -> Block | None:
        """`if key not in self.cache: self.cache[key] = …`, computed from weights: done in every call.

        While a graph is traced the tensor belongs to that graph, and a tensor that is kept would not follow the weights.
        None for other branches: what a call leaves for another one is a state.
        """
        if node.fields["orelse"] or not self.in_forward() or self.dialect is self.context.source_dialect:
            return None
        attribute = _asks_for(node.fields["test"])
        if attribute is None:
            return self.remade(node)
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

    def remade(self, node: Host) -> Block | None:
        """`if size != self.size: self.size = size; self.table = …`, a table of sizes: made in every call."""
        body = node.fields["body"]
        if not all(isinstance(s, Host) and s.kind == "Assign" and all(
                bound_by(s) or self_attribute(t) for t in s.fields["targets"]) for s in body) or _reads_ahead(body):
            return None
        stored = {a for s in body for t in s.fields["targets"] if (a := self_attribute(t)) is not None}
        asked = {a for n in node.fields["test"].walk() if (a := self_attribute(n)) is not None}
        local = set().union(*(bound_by(s) for s in body), {self.functions[-1]["self"]})
        sized = any(isinstance(n, Host) and n.kind == "Compare" and n.fields["ops"] == ["NotEq"]
                    for n in node.fields["test"].walk())
        if not stored & asked or not any(map(self._is_tensor, body)) or not all(
                self._set_only_here(attribute, body) for attribute in stored) or not all(
                self._is_sized(s.fields["value"], local, sized) for s in body):
            return None
        read = {a for n in self.functions[-1]["node"].walk() if (a := self_attribute(n)) is not None and
                not any(n is t for s in body for t in s.fields["targets"]) and
                not any(n is inner for inner in node.fields["test"].walk())}
        needed = [s for s in body if not (len(s.fields["targets"]) == 1 and self_attribute(s.fields["targets"][0]) and
                                          self_attribute(s.fields["targets"][0]) not in read and not self._is_tensor(s))]
        return Block(self.visit(needed), span=node.span, verbatim=False)

    def _is_sized(self, value: Node, local: set[str], sized: bool) -> bool:
        """True for what is computed from weights, options and (if the test compares them) sizes alone."""
        if isinstance(value, Op) and value.op in _OF_SHAPES:
            return sized or value.op not in ("shape", "size")
        if isinstance(value, Host) and value.kind == "Name" and value.fields["id"] not in local:
            return self._is_plain(value.fields["id"], local, sized)
        return all(self._is_sized(child, local, sized) for child in value.children())

    def _is_plain(self, name: str, local: set[str], sized: bool) -> bool:
        """True for names that hold no tensor of this call: of other scopes, of sizes, arguments that were never tensors."""
        function = self.functions[-1]
        if name not in _names_of(function["node"]):
            return True
        given = [n.fields["value"] for n in function["node"].walk() if isinstance(n, Host) and n.kind == "Assign"
                 and name in bound_by(n)]
        frames = self.context.evidence.entered.get(f"{self.file.module}:{function['name']}", [])
        told = [e.data["args"][name] for e in frames if name in e.data["args"]]
        return not any(map(has_tensor, told)) and bool(told or given) and all(
            self._is_sized(v, local | {name}, sized) for v in given)

    def _set_only_here(self, attribute: str, body: list[Host]) -> bool:
        """True where nothing else of the class and its relatives sets an attribute but to a number or None."""
        for key in self.context.family.get(self.owner or "", {self.owner or ""}):
            root = self.context.nodes.get(key)
            for n in root.walk() if root is not None else ():
                if isinstance(n, Host) and n.kind in ("Assign", "AugAssign", "AnnAssign") and not any(n is s for s in body):
                    targets = n.fields["targets"] if n.kind == "Assign" else [n.fields["target"]]
                    if any(self_attribute(t) == attribute for t in targets) and not (
                            n.fields["value"] is not None and is_literal(n.fields["value"])):
                        return False
                if isinstance(n, Buffer) and is_literal(n.name) and literal(n.name) == attribute:
                    return False
        return True

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


def _reads_ahead(body: list[Host]) -> bool:
    """True where a statement reads an attribute that it, or one after it, sets: what was there before is a state."""
    later: set[str] = set()
    for statement in reversed(body):
        later |= {a for t in statement.fields["targets"] if (a := self_attribute(t)) is not None}
        if any(self_attribute(n) in later for n in statement.fields["value"].walk()):
            return True
    return False


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
