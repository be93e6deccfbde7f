"""Attributes: what classes assign, change and read, by the code alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..lift.evidence import Evidence
from ..pivot.nodes import (
    Buffer,
    Host,
    Idiom,
    LayerCall,
    Node,
    Program,
    dotted_path,
    is_literal,
    literal,
)


def classes_in(body: Node, prefix: str = "") -> list[tuple[str, Host]]:
    """Classes with their qualified names, also those inside of others and of functions."""
    out: list[tuple[str, Host]] = []
    for node in body.children():
        if isinstance(node, Host) and node.kind == "ClassDef":
            out.append((prefix + node.fields["name"], node))
            out += classes_in(node, prefix + node.fields["name"] + ".")
        elif isinstance(node, Host) and node.kind in ("FunctionDef", "AsyncFunctionDef"):
            out += classes_in(node, prefix + node.fields["name"] + ".<locals>.")
        elif isinstance(node, Host) and node.kind in ("If", "Try", "With", "For", "While", "ExceptHandler"):
            out += classes_in(node, prefix)
    return out


def self_attribute(node: Any) -> str | None:
    """`x` of `self.x`."""
    if isinstance(node, Host) and node.kind == "Attribute" and isinstance(node.fields["value"], Host) and \
            node.fields["value"].fields.get("id") == "self":
        return node.fields["attr"]
    return None


def assigned_attributes(node: Host) -> set[str]:
    """Attributes that the methods of a class assign on self."""
    out: set[str] = set()
    for inner in node.walk():
        if isinstance(inner, Host) and inner.kind in ("Assign", "AnnAssign", "AugAssign"):
            for target in inner.fields["targets"] if inner.kind == "Assign" else [inner.fields["target"]]:
                for t in target.fields["elts"] if isinstance(target, Host) and target.kind == "Tuple" else [target]:
                    if isinstance(t, Host) and t.kind == "Attribute" and isinstance(t.fields["value"], Host) and \
                            t.fields["value"].fields.get("id") == "self":
                        out.add(t.fields["attr"])
        elif isinstance(inner, Buffer) and is_literal(inner.name):
            out.add(literal(inner.name))
        elif isinstance(inner, Idiom) and inner.name == "set_attribute" and is_literal(inner.args["name"]):
            out.add(str(literal(inner.args["name"])))
    return out


def assigned(nodes: dict[str, Host]) -> dict[tuple[str | None, str], list[Node]]:
    """What classes assign to their attributes, by class and attribute."""
    found: dict[tuple[str | None, str], list[Node]] = defaultdict(list)
    for key, root in nodes.items():
        for node in root.walk():
            if isinstance(node, Host) and node.kind in ("Assign", "AnnAssign") and node.fields.get("value"):
                for target in node.fields["targets"] if node.kind == "Assign" else [node.fields["target"]]:
                    attr = self_attribute(target)
                    if attr:
                        found[key, attr].append(node.fields["value"])
    return found


def read_only_layers(nodes: dict[str, Host], evidence: Evidence) -> set[tuple[str, str]]:
    """Layers, by class and attribute, whose weights some run, or code that none ran, reads without calling them."""
    found: set[tuple[str, str]] = set()
    hot = {name.rpartition(".")[0] for name in evidence.entered if not in_initialisation(name)}
    for key, root in nodes.items():
        module, everything = key.partition(":")[0], set(range(len(evidence.runs))) or {0}
        read: dict[str, set[int]] = defaultdict(set)
        called: dict[str, set[int]] = defaultdict(set)

        def runs(site: int | None, key: str = key, module: str = module, everything: set[int] = everything) -> set[int]:
            """Numbers of the runs that came by a site; of code that no run came by, all."""
            return {e.run for e in evidence.events(module, site)} if key in hot else everything

        for node in root.walk():
            callee = node.callee if isinstance(node, LayerCall) else \
                node.fields["func"] if isinstance(node, Host) and node.kind == "Call" else None
            attr = self_attribute(callee)
            if attr:
                called[attr] |= runs(node.site)
        for statement in root.fields["body"]:
            if not isinstance(statement, Host) or statement.kind != "FunctionDef":
                continue
            init = statement.role == "init"
            if not init and in_initialisation(statement.fields["name"]):
                continue
            for node in _kept_values(statement) if init else statement.walk():
                if isinstance(node, Host) and node.kind == "Attribute" and node.fields["attr"] in ("weight", "bias"):
                    attr = self_attribute(node.fields["value"])
                    if attr:
                        read[attr] |= everything if init else runs(node.site)
                        called[attr] -= everything if init else set()
        found |= {(key, attr) for attr in read if read[attr] - called[attr]}
    return found


def _kept_values(function: Host) -> list[Node]:
    """Nodes of the values that a constructor keeps in attributes."""
    return [n for s in function.walk() if isinstance(s, Host) and s.kind == "Assign" and any(
        isinstance(t, Host) and t.kind == "Attribute" for t in s.fields["targets"]) for n in s.fields["value"].walk()]


def in_initialisation(function: str) -> bool:
    """True for methods that only set initial values, by their conventional names."""
    return "init" in function.rpartition(".")[2] or function.endswith("reset_parameters")


def names_read(program: Program) -> set[str]:
    """Attributes that the program reads, and texts that may name one."""
    out: set[str] = set()
    for file in program.files.values():
        for node in file.body.walk():
            if isinstance(node, Host) and node.kind == "Attribute":
                out.add(node.fields["attr"])
            elif isinstance(node, Host) and node.kind == "Call" and dotted_path(node.fields["func"]) in (
                    "getattr", "hasattr") and len(node.fields["args"]) > 1 and is_literal(node.fields["args"][1]):
                out.add(str(literal(node.fields["args"][1])))
    return out


#: Methods by which a program asks modules for their children's names.
_WALKS = frozenset({"named_children", "named_modules", "get_submodule"})


def walks_by_name(program: Program, evidence: Evidence) -> bool:
    """True where code that an example ran (without examples: any) walks over modules by name."""
    def walks(node: Node, module: str, inside: str, hot: bool) -> bool:
        if isinstance(node, Host) and node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            name = inside + node.fields["name"]
            function = node.kind != "ClassDef"
            hot = not evidence.ran or evidence.is_hot(f"{module}:{name}") if function else hot
            inside = name + (".<locals>." if function else ".")
        if hot and isinstance(node, Host) and node.kind == "Attribute" and node.fields["attr"] in _WALKS:
            return True
        return any(walks(child, module, inside, hot) for child in node.children())
    return any(walks(file.body, module, "", True) for module, file in program.files.items())


def growing(program: Program) -> set[str]:
    """Attributes of sequential chains to which code adds layers later."""
    out: set[str] = set()
    for file in program.files.values():
        for inner in file.body.walk():
            if isinstance(inner, Idiom) and inner.name == "set_attribute":
                owner = inner.args["owner"]
                if isinstance(owner, Host):
                    out.add(owner.fields.get("attr") or owner.fields.get("id") or "")
            elif isinstance(inner, Host) and inner.kind == "Call" and isinstance(inner.fields["func"], Host) and \
                    inner.fields["func"].fields.get("attr") in ("append", "add_module", "extend", "insert"):
                owner = inner.fields["func"].fields["value"]
                if isinstance(owner, Host):
                    out.add(owner.fields.get("attr") or owner.fields.get("id") or "")
    return out
