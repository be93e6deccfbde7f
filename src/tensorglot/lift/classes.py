"""Roles of classes in the model program, from their bases."""

from __future__ import annotations

import ast
from typing import Any

from ..pivot.classes import Classes, ClassInfo
from ..source.names import Names
from ..source.project import Project


def find_classes(project: Project, names: Names, dialect: Any) -> Classes:
    """All classes of a project with their roles; `dialect` supplies the framework's base classes."""
    finder = _Finder(names, dialect)
    for module, file in project.files.items():
        finder.scan(module, file.tree.body, "")
    for info in finder.table.values():
        info.role = finder.role(info.key, frozenset())
    return Classes(finder.table)


class _Finder:
    def __init__(self, names: Names, dialect: Any):
        self.names = names
        self.dialect = dialect
        self.table: dict[str, ClassInfo] = {}

    def scan(self, module: str, body: list[ast.stmt], prefix: str) -> None:
        """Enters the classes of a block, those in functions and branches too."""
        for node in body:
            if isinstance(node, ast.ClassDef):
                key = f"{module}:{prefix}{node.name}"
                bases = [self.base(module, b) for b in node.bases]
                methods = {m.name for m in node.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))}
                self.table[key] = ClassInfo(key, module, [b for b in bases if b], None, {}, methods)
                self.scan(module, node.body, f"{prefix}{node.name}.")
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.scan(module, node.body, f"{prefix}{node.name}.<locals>.")
            else:
                for block in ("body", "orelse", "finalbody"):
                    self.scan(module, getattr(node, block, []), prefix)
                for handler in getattr(node, "handlers", []):
                    self.scan(module, handler.body, prefix)

    def base(self, module: str, node: ast.expr) -> str | None:
        """Key or dotted name of a base class."""
        if isinstance(node, ast.Subscript):
            node = node.value
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return self.names.dotted(module, [node.id, *parts]) or node.id

    def role(self, key: str, seen: frozenset[str]) -> str | None:
        """Role of a class by its nearest base in the framework."""
        if key in seen or key not in self.table:
            return None
        for base in self.table[key].bases:
            public = self.dialect.public(base)
            role = self.dialect.BASES.get(public)
            if role is None and self.dialect.is_layer(public):
                role = "layer"
            if role is None:
                role = self.role(base, seen | {key})
            if role is not None:
                return role
        return None
