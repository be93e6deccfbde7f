"""Which classes are built as a whole (models) and which only as parts of others (layers)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ..pivot.nodes import Host, Layer, Node

_CONTAINERS = {"sequential", "module_list", "module_dict"}
#: Where the elements of an expression are, by its kind; of a call, the class.
_INSIDE = {"List": ("elts",), "Tuple": ("elts",), "Dict": ("values",), "ListComp": ("elt",), "GeneratorExp": ("elt",),
           "Starred": ("value",), "Call": ("func",)}


def models(context: Any) -> set[str]:
    """Module classes that were seen as the whole of a run, or that nothing shows to be parts; and their bases."""
    inner: set[str] = set()
    outer: set[str] = set()
    for run in context.evidence.runs:
        for event in run[:1]:
            for module in event.modules.values():
                if ":" in module["class"]:
                    (outer if module.get("path") == "" else inner).add(module["class"])
    named = _parts(context)
    classes = context.classes
    found = {k for k, i in classes.table.items() if i.role == "module" and k not in inner
             and (k in outer or k not in named)}
    for key in list(found):
        found |= {i.key for i in classes.ancestors(key) if i.role == "module"}
    return {k for k in found if not any(
        k in {a.key for a in classes.ancestors(i)} for i in inner - {k}) or k in outer}


def _parts(context: Any) -> set[str]:
    """Classes that the body of another module class names, and those put into containers or handed to modules."""
    by_name = defaultdict(set)
    for key in context.classes.table:
        by_name[key.split(":")[1].split(".")[-1]].add(key)
    out: set[str] = set()
    for key, node in context.nodes.items():
        if not context.is_module(key):
            continue
        for inner in node.fields["body"]:
            for n in inner.walk():
                if isinstance(n, Host) and n.kind == "Name" and n.fields["id"] in by_name:
                    out |= by_name[n.fields["id"]] - {key}
    modules = {name for name, keys in by_name.items() if any(context.is_module(k) for k in keys)}
    for file in context.program.files.values():
        for n in file.body.walk():
            for name in _handed(n, modules):
                out |= by_name.get(name, set())
    return out


def _handed(node: Node, modules: set[str]) -> Iterator[str]:
    """Names that stand for a class, or are called, in what a container or a module of the program is made of."""
    values: list[Any] = []
    if isinstance(node, Layer) and node.op in _CONTAINERS:
        values = list(node.args.values())
    elif isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
            node.fields["func"].fields.get("id") in modules:
        values = [*node.fields["args"], *(k.fields["value"] for k in node.fields["keywords"])]
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, Host):
            values += [value.fields[name] for name in _INSIDE.get(value.kind, ())]
            if value.kind == "Name":
                yield value.fields["id"]
