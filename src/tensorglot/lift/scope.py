"""Scopes while lifting: which names are local, and what is known of their values."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..catalog.known import Known
from ..pivot.nodes import Host, Node
from ..source.names import Symbols

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")


@dataclass
class Scope:
    """One function, class or comprehension. `types` maps names to types (lift/types.py);
    `factories` names to dictionaries of factory arguments; `tensors` are the parameters declared to be tensors."""

    kind: str
    name: str
    bound: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)
    tensors: set[str] = field(default_factory=set)
    factories: dict[str, Node] = field(default_factory=dict)
    #: Names that code which no example ran uses as only tensors can be; types of what its return statements give.
    operands: set[str] = field(default_factory=set)
    returns: list[str | None] = field(default_factory=list)
    #: What examples saw of parameters that keep their value.
    given: dict[str, Known] = field(default_factory=dict)
    imports: Symbols = field(default_factory=Symbols)
    owner: str | None = None
    self_name: str | None = None
    of_class: bool = False
    cold: bool = False


def parameters(function: Host) -> list[Host]:
    """All parameters of a function node, in order."""
    a = function.fields["args"].fields
    out = [*a["posonlyargs"], *a["args"]]
    if a.get("vararg"):
        out.append(a["vararg"])
    out += a["kwonlyargs"]
    if a.get("kwarg"):
        out.append(a["kwarg"])
    return out


def bound_names(function: Host) -> set[str]:
    """Names that are local to a function: its parameters and what its own body assigns."""
    names = {p.fields["arg"] for p in parameters(function)}
    free: set[str] = set()
    body = function.fields["body"]
    stack: list[Node] = list(body) if isinstance(body, list) else [body]
    while stack:
        node = stack.pop()
        if not isinstance(node, Host):
            stack.extend(node.children())
            continue
        if node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            names.add(node.fields["name"])
            continue
        if node.kind == "Lambda":
            continue
        if node.kind in ("Global", "Nonlocal"):
            free |= set(node.fields["names"])
        names |= targets(node)
        stack.extend(node.children())
    return names - free


def targets(node: Host) -> set[str]:
    """Names that a statement (or named expression) itself binds; imports not included."""
    f = node.fields
    found: list[Node | None] = []
    if node.kind == "Assign":
        found = list(f["targets"])
    elif node.kind in ("AnnAssign", "AugAssign", "For", "AsyncFor", "NamedExpr", "comprehension"):
        found = [f["target"]]
    elif node.kind in ("With", "AsyncWith"):
        found = [item.fields.get("optional_vars") for item in f["items"]]
    elif node.kind == "ExceptHandler" and f.get("name"):
        return {f["name"]}
    elif node.kind == "MatchAs" and f.get("name"):
        return {f["name"]}
    out: set[str] = set()
    for target in found:
        if target is not None:
            out |= {n.fields["id"] for n in target.walk() if isinstance(n, Host) and n.kind == "Name"
                    and not _inside_load(target, n)}
    return out


def _inside_load(target: Node, name: Node) -> bool:
    """True where the name is only read inside the target (`self` in `self.x = …`, `i` in `x[i] = …`)."""
    for node in target.walk():
        if isinstance(node, Host) and node.kind in ("Attribute", "Subscript"):
            if any(n is name for n in node.walk()):
                return True
    return False
