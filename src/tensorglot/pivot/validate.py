"""Checks of a pivot program: names, references, cycles and bounds.

A program that passes can be printed, drawn, saved and handed to any pass; one read from a file is checked first.
"""

from __future__ import annotations

import ast
import functools
import keyword
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from tensorglot.diagnostics import TensorglotError
from tensorglot.pivot import nodes
from tensorglot.pivot.nodes import File, Host, Node, Program

#: Sorts of the grammar whose values are nodes; the others are names, numbers, literals and operators.
_NODE_SORTS = {"expr", "stmt", "arguments", "arg", "keyword", "alias", "withitem", "comprehension", "excepthandler",
               "match_case", "pattern", "type_param"}
_OPERATOR_SORTS = {"operator", "unaryop", "boolop", "cmpop"}


def problems(program: Program) -> list[str]:
    """Everything that is wrong with the program, each with its place; empty for a valid one."""
    found: list[str] = []
    for module, file in program.files.items():
        found += [f"{module}: {text}" for text in _file_problems(module, file)]
    return found


def check(program: Program) -> None:
    """Raises `TensorglotError` (TG001) with the first problem and the number of others."""
    found = problems(program)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise TensorglotError(f"not a valid pivot: {found[0]}{more}", code="TG001",
                              remedy="correct the file, or make it anew with `tensorglot inspect`")


def _file_problems(module: str, file: File) -> Iterator[str]:
    if file.module != module:
        yield f"the file calls itself {file.module!r}"
    if not all(part.isidentifier() for part in module.split(".")):
        yield f"{module!r} is no module name"
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or not file.path:
        yield f"path {file.path!r} leaves the project"
    cycle = _cycle(file.body)
    if cycle is not None:
        yield f"{_place(cycle)} contains itself"
        return
    for node in file.body.walk():
        yield from _node_problems(node)
        yield from _span_problems(node, file.text)
        if node.site is not None and node.site < 0:
            yield f"{_place(node)} has the negative site {node.site}"


def _cycle(root: Node) -> Node | None:
    """A node that is below itself, or None. Iterative: a hostile file may be nested deeply."""
    path: set[int] = set()
    done: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            path.discard(id(node))
            done.add(id(node))
        elif id(node) in path:
            return node
        elif id(node) not in done:
            path.add(id(node))
            stack.append((node, True))
            stack += [(child, False) for child in node.children()]
    return None


def _node_problems(node: Node) -> Iterator[str]:
    if isinstance(node, Host):
        yield from _host_problems(node)
    elif isinstance(node, nodes.Canonical):
        yield from _canonical_problems(node)
    elif isinstance(node, nodes.Ref):
        yield from _ref_problems(node)
    elif isinstance(node, nodes.Idiom) and not isinstance(node.name, str):
        yield f"{_place(node)}: an idiom's name is {node.name!r:.60}"


def _host_problems(node: Host) -> Iterator[str]:
    cls = getattr(ast, node.kind, None) if isinstance(node.kind, str) else None
    if not (isinstance(cls, type) and issubclass(cls, ast.AST)):
        yield f"{_place(node)}: {node.kind!r:.60} is no syntax node"
        return
    grammar = _grammar(cls.__name__)
    for name in node.fields:
        if name not in grammar:
            yield f"{_place(node)} has no field {name!r:.60}"
    for name, (sort, repeat) in grammar.items():
        value = node.fields.get(name)
        if repeat == "*" and value is not None and not isinstance(value, list):
            yield f"{_place(node)}: {name} is no list"
        elif value is None and repeat == "" and sort not in ("expr_context", "constant"):
            yield f"{_place(node)} lacks its field {name!r}"
        else:
            for item in value if isinstance(value, list) else [] if value is None else [value]:
                if not _fits(item, sort, name):
                    yield f"{_place(node)}: {name} holds {_show(item)}, which is no {sort}"


@functools.cache
def _grammar(kind: str) -> dict[str, tuple[str, str]]:
    """Fields of a syntax node: sort and "" (one), "?" (none or one) or "*" (a list), from Python's own description."""
    fields = re.findall(r"([a-z_]+)([?*]?) ([a-z_]+)", (getattr(ast, kind).__doc__ or "").partition("(")[2])
    return {name: (sort, repeat) for sort, repeat, name in fields}


def _fits(item: Any, sort: str, name: str) -> bool:
    if sort in _NODE_SORTS:
        if not isinstance(item, Host):
            # A list of `Dict.keys` holds None for `**other`, one of keyword defaults for "no default".
            return isinstance(item, Node) or (item is None and name in ("keys", "kw_defaults"))
        return isinstance(getattr(ast, str(item.kind), None), type) and issubclass(
            getattr(ast, item.kind), (getattr(ast, sort), ast.expr, ast.stmt))
    if sort == "identifier":
        return isinstance(item, str) and all(p.isidentifier() and not keyword.iskeyword(p) for p in item.split(".")) \
            or (item == "*" and name == "name")
    if sort in _OPERATOR_SORTS:
        cls = getattr(ast, item, None) if isinstance(item, str) else None
        return isinstance(cls, type) and issubclass(cls, getattr(ast, sort))
    return not isinstance(item, Node)


def _show(item: Any) -> str:
    return _place(item) if isinstance(item, Node) else f"{item!r:.60}"


def _canonical_problems(node: nodes.Canonical) -> Iterator[str]:
    kind = "function" if isinstance(node, nodes.Op) else "layer"
    entry = _entry(kind, node.op)
    if entry is None:
        yield f"{_place(node)}: the catalog has no {kind} {node.op!r:.60}"
        return
    groups = [*entry.signatures.values(), *entry.read.values(), entry.calls.values(), entry.read_calls.values()]
    signatures = [s for group in groups for s in group]
    known = {name for signature in signatures for name in signature.uses} | {"x", "self"}
    if entry.kind == "layer" and entry.rule == "host":
        known.add("items")  # a container's contents
    for name in node.args:
        if name not in known:
            yield f"{_place(node)}: {node.op} has no argument {name!r:.60}"
    for name in node.given:
        if name not in node.args:
            yield f"{_place(node)}: the given argument {name!r:.60} has no value"


def _ref_problems(node: nodes.Ref) -> Iterator[str]:
    kind = "layer" if node.sort == "layer_type" else node.sort
    if kind in ("layer", "function") and _entry(kind, node.op) is None:
        yield f"{_place(node)}: the catalog has no {node.sort} {node.op!r:.60}"


def _entry(kind: str, name: Any) -> Any:
    from tensorglot.catalog import registry

    try:
        return registry.entry(kind, name)
    except (KeyError, TypeError):
        return None


def _span_problems(node: Node, text: str) -> Iterator[str]:
    if node.span is None or not text:
        return
    start, end = node.span
    if not 0 <= start <= end <= len(text):
        yield f"{_place(node)} has the span {start}..{end}, outside its text of {len(text)} characters"


def _place(node: Node) -> str:
    title = node.kind if isinstance(node, Host) and isinstance(node.kind, str) else type(node).__name__
    return f"{title} at site {node.site}" if node.site is not None else title
