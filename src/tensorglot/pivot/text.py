"""The pivot as readable text: Python for what stayed Python, canonical names for the rest.

`op.relu(x=out)` is a tensor operation, `layer.conv2d(I=3, out=64)` makes a layer, `self.conv1:conv2d(x=x)` applies one;
an argument that the source left at its default is written `name~=value`.
"""

from __future__ import annotations

import ast
from typing import Any

from tensorglot.pivot import nodes
from tensorglot.pivot.nodes import Host, Node, Program

_STATEMENT_LISTS = ("body", "orelse", "finalbody")


def render(program: Program) -> str:
    """The whole program as text."""
    parts = [f"program from {program.source}, {len(program.files)} file{'s' if len(program.files) != 1 else ''}\n"]
    for file in program.files.values():
        parts.append(f"module {file.module} ({file.path})\n\n{render_node(file.body)}\n")
    return "\n".join(parts)


def render_node(node: Node) -> str:
    """One node as text. Empty for an empty block."""
    if isinstance(node, nodes.Block) or _is_statement(node):
        return "\n".join(ast.unparse(statement) for statement in _statements([node]))
    return ast.unparse(_tree(node))


def _is_statement(node: Node) -> bool:
    return isinstance(node, Host) and issubclass(getattr(ast, node.kind, ast.expr), ast.stmt)


def _statements(items: list[Any]) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    for item in items:
        if isinstance(item, nodes.Block):
            out += _statements(item.body)
        elif isinstance(item, nodes.Marked) and _is_statement(item.original):
            title = ast.Name(f"marked[{item.code}: {item.reason}]")
            out.append(_placed(ast.With([ast.withitem(title)], _statements([item.original]))))
        elif _is_statement(item):
            out.append(_tree(item))
        else:
            out.append(_placed(ast.Expr(_tree(item))))
    return out


def _tree(node: Any) -> Any:
    if isinstance(node, Host):
        return _host(node)
    if isinstance(node, Node):
        return _pivot(node)
    return ast.Constant(node)


def _host(node: Host) -> ast.AST:
    cls = getattr(ast, node.kind)
    values: dict[str, Any] = {}
    for name in cls._fields:
        value = node.fields.get(name)
        if value is None:
            value = [] if name in ("type_ignores", "type_params", "decorator_list") else None
        if isinstance(value, list):
            statements = name in _STATEMENT_LISTS and node.kind != "Lambda"
            value = _statements(value) if statements else [_element(name, item) for item in value]
            if not value and name == "body" and node.kind != "Module":
                value = [_placed(ast.Pass())]
        elif name == "op" and isinstance(value, str):
            value = getattr(ast, value)()
        elif isinstance(value, Node):
            value = _tree(value)
        values[name] = ast.Load() if name == "ctx" else value
    made = _placed(cls(**values))
    if node.role is not None and isinstance(made, (ast.ClassDef, ast.FunctionDef)):
        made.decorator_list.insert(0, ast.Name(f"<{node.role}>"))
    return made


def _element(name: str, item: Any) -> Any:
    if name == "ops" and isinstance(item, str):
        return getattr(ast, item)()
    return _tree(item) if isinstance(item, Node) else item


def _placed(tree: Any) -> Any:
    tree.lineno = tree.col_offset = 0
    return tree


def _call(title: str | ast.expr, arguments: dict[str, Any], defaults: set[str] = frozenset()) -> ast.expr:  # type: ignore[assignment]
    func = ast.Name(title) if isinstance(title, str) else title
    words = [ast.keyword(f"{name}~" if name in defaults else name, _value(value)) for name, value in arguments.items()]
    return ast.Call(func, [], words)


def _value(value: Any) -> ast.expr:
    if isinstance(value, Node):
        return _tree(value)
    if isinstance(value, (list, tuple)):
        items = [_value(item) for item in value]
        return ast.List(items, ast.Load()) if isinstance(value, list) else ast.Tuple(items, ast.Load())
    if isinstance(value, dict):
        return ast.Dict([_value(key) for key in value], [_value(item) for item in value.values()])
    return ast.Constant(value)


def _pivot(node: Node) -> ast.expr:
    match node:
        case nodes.LayerCall():
            callee = ast.Name(f"{ast.unparse(_tree(node.callee))}:{node.op}")
            return _call(callee, node.args, set(node.args) - set(node.given))
        case nodes.Canonical():
            title = f"{type(node).__name__.lower()}.{node.op}"
            return _call(title, node.args, set(node.args) - set(node.given))
        case nodes.Idiom():
            return _call(f"idiom.{node.name}", node.args)
        case nodes.Ref():
            return ast.Name(f"ref.{node.sort}.{node.op}")
        case nodes.Marked():
            return ast.Call(ast.Name(f"marked[{node.code}]"), [_tree(node.original)], [])
    return _call(type(node).__name__.lower(), _own_fields(node))


def _own_fields(node: Node) -> dict[str, Any]:
    import dataclasses

    return {field.name: getattr(node, field.name) for field in dataclasses.fields(node)
            if field.name not in ("site", "span", "verbatim") and getattr(node, field.name) is not None}
