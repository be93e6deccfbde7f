"""Roles of classes and methods in the model program, from their bases."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ..source.names import Names
from ..source.project import Project


@dataclass
class ClassInfo:
    """One class of the project: `key` is ``pkg.mod:Qual.Name``; `role` None where it is no module."""

    key: str
    module: str
    node: ast.ClassDef
    bases: list[str]
    role: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)


class Classes:
    """All classes of a project with their roles; `dialect` supplies the framework's base classes."""

    def __init__(self, project: Project, names: Names, dialect: object):
        self.names = names
        self.dialect = dialect
        self.table: dict[str, ClassInfo] = {}
        for module, file in project.files.items():
            self._scan(module, file.tree.body, "")
        for info in self.table.values():
            info.role = self._role(info.key, frozenset())

    def _scan(self, module: str, body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                key = f"{module}:{prefix}{node.name}"
                bases = [self._base(module, b) for b in node.bases]
                methods = {m.name for m in node.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))}
                self.table[key] = ClassInfo(key, module, node, [b for b in bases if b], None, {}, methods)
                self._scan(module, node.body, f"{prefix}{node.name}.")
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._scan(module, node.body, f"{prefix}{node.name}.<locals>.")
            else:
                for block in ("body", "orelse", "finalbody"):
                    self._scan(module, getattr(node, block, []), prefix)
                for handler in getattr(node, "handlers", []):
                    self._scan(module, handler.body, prefix)

    def _base(self, module: str, node: ast.expr) -> str | None:
        if isinstance(node, ast.Subscript):
            node = node.value
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return self.names.dotted(module, [node.id, *parts]) or node.id

    def _role(self, key: str, seen: frozenset[str]) -> str | None:
        if key in seen or key not in self.table:
            return None
        for base in self.table[key].bases:
            public = self.dialect.public(base)  # type: ignore[attr-defined]
            role = self.dialect.BASES.get(public)  # type: ignore[attr-defined]
            if role is None and self.dialect.is_layer(public):  # type: ignore[attr-defined]
                role = "layer"
            if role is None:
                role = self._role(base, seen | {key})
            if role is not None:
                return role
        return None

    def get(self, key: str | None) -> ClassInfo | None:
        """The class of a key, or None."""
        return self.table.get(key or "")

    def ancestors(self, key: str) -> list[ClassInfo]:
        """The class and its project base classes, nearest first."""
        out: list[ClassInfo] = []
        queue = [key]
        while queue:
            info = self.table.get(queue.pop(0))
            if info is not None and info not in out:
                out.append(info)
                queue += info.bases
        return out

    def attribute(self, key: str, name: str) -> str | None:
        """What the class assigns to an attribute: `layer:OP`, `module`, `parameter`, `list`, …; None if unknown."""
        for info in self.ancestors(key):
            if name in info.attributes:
                return info.attributes[name]
        return None
