"""The training flag: which methods depend on it and so take it as an argument."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..lift.evidence import Evidence
from ..pivot.nodes import Host, Mode, Node


class Training:
    """Methods, by class, that read the training flag or call others that do."""

    def __init__(self, nodes: dict[str, Host], family: dict[str, set[str]], evidence: Evidence, forward: str):
        self.nodes = nodes
        self.family = family
        self.evidence = evidence
        self.forward = forward
        self.need = self._needing()

    def needs(self, key: str | None, method: str) -> bool:
        """True where a method of the class (or of its relatives) depends on the training flag."""
        return any(method in self.need.get(k, set()) for k in self.family.get(key or "", {key or ""}))

    def _needing(self) -> dict[str, set[str]]:
        methods: dict[str, dict[str, Host]] = defaultdict(dict)
        for key, node in self.nodes.items():
            for statement in node.fields["body"]:
                if isinstance(statement, Host) and statement.kind == "FunctionDef" and statement.role != "init" and \
                        not _is_property(statement):
                    methods[key][statement.fields["name"]] = statement
        need: dict[str, set[str]] = {k: {n for n, m in ms.items() if any(_reads_mode(x) for x in m.walk())}
                                     for k, ms in methods.items()}
        changed = True
        while changed:
            changed = False
            for key, ms in methods.items():
                wanted = set().union(*(need.get(k, set()) for k in self.family.get(key, {key})))
                for name, method in ms.items():
                    if name not in need[key] and (_self_calls(method) & wanted or
                                                  self._calls_forward(key, method, need)):
                        need[key].add(name)
                        changed = True
        return need

    def _calls_forward(self, key: str, method: Host, need: dict[str, set[str]]) -> bool:
        """True where a method calls the forward method of another object directly, and that needs the flag."""
        return any(self.forward in need.get(k, ()) for node in method.walk()
                   for owner in self.forward_owners(key.split(":")[0], node) for k in self.family.get(owner, {owner}))

    def forward_owners(self, module: str, node: Node) -> set[str]:
        """Classes whose forward method a call was seen to call by name."""
        if not (isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and
                node.fields["func"].fields.get("attr") == self.forward):
            return set()
        return {c.rpartition(".")[0] for c in self.evidence.callees(module, node.site, "call") if ":" in c}


def _reads_mode(node: Node) -> bool:
    return isinstance(node, Mode) and isinstance(node.owner, Host) and node.owner.fields.get("id") == "self"


def is_super(node: Any) -> bool:
    """True for `super()`."""
    return isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
        node.fields["func"].fields.get("id") == "super"


def _is_property(method: Host) -> bool:
    """True where a method is read like an attribute, and so gets no arguments."""
    names = {n.fields.get("id") or n.fields.get("attr") for d in method.fields["decorator_list"] for n in d.walk()
             if isinstance(n, Host)}
    return bool(names & {"property", "cached_property", "setter"})


def _self_calls(method: Host) -> set[str]:
    """Names of the methods of the same object that a method calls."""
    out: set[str] = set()
    for node in method.walk():
        if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host):
            func = node.fields["func"]
            if func.kind == "Attribute" and isinstance(func.fields["value"], Host) and \
                    (func.fields["value"].fields.get("id") == "self" or is_super(func.fields["value"])):
                out.add(func.fields["attr"])
    return out
