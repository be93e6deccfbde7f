"""Sites: every expression and statement of a file has a number that parent and child processes agree on."""

from __future__ import annotations

import ast

#: Nodes that Python shares between trees (`ast.Load()`, `ast.Add()`, ...): a number on them would be overwritten.
_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)

#: Builtins that take the items of their arguments one by one.
ITERATING = frozenset({"zip", "enumerate", "list", "tuple", "reversed", "sum", "iter", "map", "filter"})


def iteration_site(site: int) -> int:
    """The number of taking the items of the value at a site, which is an event of its own."""
    return -site - 2


def number(tree: ast.AST) -> None:
    """Sets `node.site` to 0, 1, 2, ... in preorder (`ast.iter_child_nodes`); shared operator nodes get none."""
    count = 0
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, _SHARED):
            continue
        node.site = count  # type: ignore[attr-defined]
        count += 1
        stack.extend(reversed(list(ast.iter_child_nodes(node))))
