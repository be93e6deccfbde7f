"""What examples showed of a program, in the form that lowering asks for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..catalog import registry
from ..lift.evidence import Evidence, Site, has_tensor
from ..pivot.nodes import Host, Node, Program, unwrapped

#: Builtins that make a number of a tensor's value, and methods of tensors that make numbers or lists.
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "builtins.round"})
_VALUES = frozenset({"item", "tolist", "numpy"})


def dtypes(evidence: Evidence) -> dict[Site, list[str]]:
    """Dtypes of what sites made."""
    found: dict[Site, set[str]] = defaultdict(set)
    for site, events in evidence.at.items():
        for event in events:
            out = event.data.get("o")
            if isinstance(out, dict) and "t" in out:
                found[site].add(event.tensors[out["t"]]["dtype"])
    return {k: sorted(v) for k, v in found.items()}


def constructed(evidence: Evidence, dialect: Any) -> dict[str, dict[str, set[str]]]:
    """Arguments that the framework's layers were constructed with: canonical name → parameter → texts of values."""
    found: dict[str, dict[str, set[str]]] = {}
    for event in (e for events in evidence.new.values() for e in events):
        callee = dialect.canonical(dialect.public(event.callee))
        for entry in registry.lookup(dialect.PREFIX, callee):
            signature = next((s for s in entry.sources(dialect.PREFIX) if s.callee == callee), None)
            if entry.kind != "layer" or signature is None:
                continue
            names = [p.name for p in signature.params]
            values = {**dict(zip(names, event.data["a"], strict=False)), **event.data["kw"]}
            for name, value in values.items():
                found.setdefault(entry.name, {}).setdefault(name, set()).add(repr(value))
    return found


def reads_value(event: Any) -> bool:
    """True for events that make something of a tensor that depends on its values."""
    if event.data["k"] == "call":
        return event.callee in _NUMBERS and any(isinstance(a, dict) and "t" in a for a in event.data["a"])
    return event.data["k"] == "op" and event.callee.startswith("Tensor.") and \
        event.callee.removeprefix("Tensor.") in _VALUES


def tests_values(program: Program, evidence: Evidence) -> bool:
    """True where an example took a branch by the truth of a tensor (`if mask.sum() == 0`)."""
    return any(has_tensor(e.data.get("o")) and "t" in e.data["o"]
               for module, file in program.files.items() for node in file.body.walk() for test in _tests(node)
               for e in evidence.events(module, unwrapped(test).site, "op"))


def _tests(node: Node) -> list[Node]:
    """The expressions of whose values a node asks whether they are true."""
    if not isinstance(node, Host):
        return []
    if node.kind in ("If", "While", "IfExp", "Assert"):
        return [node.fields["test"]]
    if node.kind == "BoolOp":
        return list(node.fields["values"])
    return [node.fields["operand"]] if node.kind == "UnaryOp" and node.fields["op"] == "Not" else []
