"""Edits made by hand in a saved pivot: what was changed is generated anew, what was not keeps its source text.

A node that stands for a piece of source text is saved with a checksum of its own content (children that have a place
of their own count by class and site only). A node whose checksum does not fit when it is read was edited.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import zlib
from typing import Any

from .nodes import Canonical, Host, LayerCall, Node, Program, const


def checksum(node: Node) -> str:
    """Checksum of a node's own content, eight hexadecimal digits."""
    return f"{zlib.crc32(json.dumps(_own(node), sort_keys=True).encode('utf-8', 'surrogatepass')):08x}"


def text_checksum(text: str) -> str:
    """Checksum of a source text."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def _own(node: Node) -> list[Any]:
    values = {f.name: _content(getattr(node, f.name)) for f in dataclasses.fields(node)
              if f.name not in ("span", "verbatim")}
    return [type(node).__name__, values]


def _content(value: Any) -> Any:
    if isinstance(value, Node):
        return [type(value).__name__, value.site] if value.span is not None else _own(value)
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(_content, value)]
    if isinstance(value, dict):
        return ["dict", *([_content(k), _content(v)] for k, v in value.items())]
    return [type(value).__name__, repr(value)]


def note_edit(node: Node) -> None:
    """Makes an edited node one that is generated: a host node in its place, a pivot node from its content alone."""
    if isinstance(node, Host):
        node.verbatim = False
    else:
        node.span = None


def forget_text(body: Node) -> None:
    """Deletes the places of all nodes, where the text that they refer to was changed."""
    for node in body.walk():
        node.span = None


def complete(program: Program) -> None:
    """Enters arguments that were set by hand among the given ones of their node, so that no target drops them."""
    for file in program.files.values():
        for node in file.body.walk():
            if isinstance(node, Canonical):
                kind = "function" if type(node).__name__ == "Op" else "call" if isinstance(node, LayerCall) else "layer"
                neutral = _neutral(program.source, kind, node.op)
                for name, value in node.args.items():
                    if name not in node.given and name in neutral and _key(value) not in neutral[name]:
                        node.given.append(name)


@functools.cache
def _neutral(source: str, kind: str, op: str) -> dict[str, list[Any]]:
    """Values that the canonical arguments of an op have where they are not given."""
    from ..catalog import registry
    from ..catalog.binding import bind
    from ..catalog.codecs import Decline

    entry = registry.entry("function" if kind == "function" else "layer", op)
    call = entry.source_call(source) if kind == "call" else None
    signatures = [call] if call is not None else entry.sources(source)
    out: dict[str, list[Any]] = {}
    for signature in signatures:
        needed = {p.name: const("needed") for p in signature.params if p.default is None and "star" not in p.kind}
        try:
            bound = bind(signature, [], dict(needed))
        except Decline:
            continue
        for name, value in bound.args.items():
            if name not in bound.given:
                out.setdefault(name, []).append(_key(value))
    return out


def _key(value: Any) -> Any:
    """A comparable form of an argument; literals and the nodes that hold them are the same."""
    return const(value).key() if isinstance(value, (bool, int, float, str, tuple, list, type(None))) else \
        value.key() if isinstance(value, Node) else repr(value)
