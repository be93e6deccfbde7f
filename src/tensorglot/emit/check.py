"""The printed text of a file against the tree that it should be."""

from __future__ import annotations

import ast
import re

from ..pivot.nodes import Host
from .printer import Printer


def disagreement(text: str, body: Host) -> str | None:
    """What is wrong with a file that was printed by splicing: None where it is the tree of `body`.

    The tree is that of the same nodes printed without the source's text. A body that holds pieces of source text that
    have no other form is only parsed.
    """
    if not parses(text):
        return "does not parse"
    if any(isinstance(n, Host) and n.kind == "Source" for n in body.walk()):
        return None
    wanted = Printer("").module(body)
    same = parses(wanted) and _dump(ast.parse(text)) == _dump(ast.parse(wanted))
    return None if same else "differs from what it should be"


def parses(text: str) -> bool:
    """True for texts that are Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _dump(tree: ast.Module) -> str:
    """The tree as text, without what means nothing: the mark of `u""`, an `else: pass`."""
    for node in ast.walk(tree):
        for name in ("orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and all(isinstance(s, ast.Pass) for s in block):
                setattr(node, name, [])
    return re.sub(r", kind='u'\)", ")", ast.dump(tree))
