"""Classes of layers: `isinstance` tests, and what they tell of names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..catalog import registry
from ..parts import Part
from ..pivot.nodes import Host, Node, Ref, call, dotted_path


class Instances(Part):
    """Part of `Lowerer`."""

    def isinstance_call(self, node: Host) -> Node | None:
        """`isinstance` of layer classes, with the target's classes."""
        value, classes = node.fields["args"]
        members = classes.fields["elts"] if isinstance(classes, Host) and classes.kind == "Tuple" else [classes]
        if not any(isinstance(m, Ref) for m in members):
            return None
        if any(isinstance(m, Ref) and m.sort == "type" and m.op == "tensor" for m in members):
            return self.placed(call(self.use(self.dialect.IS_TENSOR), [self.visit(value)]), node)
        names: list[str] = []
        for member in members:
            if isinstance(member, Ref) and member.sort == "layer":
                names += layer_classes(self.dialect, member.op)
        shown: list[Node] = [self.use(n) for n in dict.fromkeys(names)]
        shown += [self.visit(m) for m in members if not (isinstance(m, Ref) and m.sort == "layer")]
        second = shown[0] if len(shown) == 1 else Host("Tuple", {"elts": shown}, verbatim=False)
        return self.placed(call(Host("Name", {"id": "isinstance"}, verbatim=False), [self.visit(value), second]), node)


def narrowing(test: Any) -> dict[str, str]:
    """Names and attributes that a test narrows to layers: path → canonical layer (the first of several)."""
    out: dict[str, str] = {}
    for node in _asserted(test):
        if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
                node.fields["func"].fields.get("id") == "isinstance" and len(node.fields["args"]) == 2:
            value, classes = node.fields["args"]
            refs = [c for c in classes.walk() if isinstance(c, Ref) and c.sort == "layer"]
            path = dotted_path(value)
            if refs and path:
                out[path] = refs[0].op
    return out


def layer_classes(dialect: Any, op: str) -> list[str]:
    """Target classes that instances of a layer have; lists and dicts of layers are Python's own."""
    if op in dialect.TYPE_NAMES:
        return [dialect.TYPE_NAMES[op]]
    out: list[str] = []
    for framework in (dialect.PREFIX, *dialect.FALLBACK):
        for signature in registry.entry("layer", op).signatures.get(framework, ()):
            if signature.callee.startswith("layers."):
                out.append(signature.callee)
    if not out:
        for framework in (dialect.PREFIX, *dialect.FALLBACK):
            out += [s.callee for s in registry.entry("layer", op).signatures.get(framework, ())
                    if s.callee.startswith("adapters.")]
    return out or [dialect.BASE_NAMES["module"]]


def _asserted(test: Any) -> Iterator[Node]:
    """Nodes of a test, without what it denies."""
    if isinstance(test, Node) and not (isinstance(test, Host) and test.kind == "UnaryOp"):
        yield test
        for child in test.children():
            yield from _asserted(child)
