"""What classes hand to the framework layers that they derive from."""

from __future__ import annotations

import ast
from typing import Any

from ..catalog import registry
from ..lift.scope import targets as bound_by
from ..pivot.nodes import Host, Node, Ref, is_literal, literal
from .training import is_super


def handed_to_base(context: Any, base: Ref, key: str) -> dict[str, bool]:
    """Arguments of a class's calls of its base's constructor: name → True where the value is the base's own default, or
    an argument of the class, handed on as it is, that has this default."""
    signature = registry.entry("layer", base.op).sources(context.source_prefix)[base.variant]
    defaults = {p.name: p.default for p in signature.params}
    out: dict[str, bool] = {}
    methods: list[Any] = context.nodes[key].fields["body"]
    for method in methods:
        if not (isinstance(method, Host) and method.kind == "FunctionDef"):
            continue
        own = _own_defaults(method)
        for node in method.walk():
            if not (isinstance(node, Host) and node.kind == "Call"):
                continue
            func = node.fields["func"]
            if isinstance(func, Host) and func.kind == "Attribute" and func.fields["attr"] == "__init__" and \
                    is_super(func.fields["value"]):
                given = list(zip(defaults, node.fields["args"], strict=False))
                given += [(k.fields["arg"], k.fields["value"]) for k in node.fields["keywords"] if k.fields["arg"]]
                out |= {name: _is_default(value, own, defaults.get(name)) for name, value in given}
    return out


def _own_defaults(method: Host) -> dict[str, Node]:
    """Arguments of a method that it does not bind anew, with their defaults."""
    args = method.fields["args"].fields
    positional = [*args["posonlyargs"], *args["args"]]
    defaults = args["defaults"]
    pairs = [*zip(positional[len(positional) - len(defaults):], defaults, strict=True),
             *zip(args["kwonlyargs"], args["kw_defaults"], strict=True)]
    bound: set[str] = set().union(*(bound_by(n) for n in method.walk() if isinstance(n, Host)), set())
    return {a.fields["arg"]: d for a, d in pairs if d is not None and a.fields["arg"] not in bound}


def _is_default(value: Any, own: dict[str, Node], default: ast.expr | None) -> bool:
    if isinstance(value, Host) and value.kind == "Name":
        value = own.get(value.fields["id"])
    try:
        return default is not None and value is not None and is_literal(value) and \
            repr(literal(value)) == repr(ast.literal_eval(default))
    except ValueError:
        return False
