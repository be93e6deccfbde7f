"""Import resolution: which dotted name a name in a file stands for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .project import Project, SourceFile, absolute


@dataclass
class Symbols:
    """Module-level names of one file: `imports` name → dotted origin, `stars` modules, `defined` own definitions."""

    imports: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    defined: dict[str, ast.AST] = field(default_factory=dict)


def _collect(file: SourceFile, body: list[ast.stmt], symbols: Symbols) -> None:
    for node in body:
        add_import(file, node, symbols)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            symbols.defined[node.name] = node
            symbols.imports.pop(node.name, None)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        symbols.defined[name.id] = node
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                _collect(file, getattr(node, block, []), symbols)
        for handler in getattr(node, "handlers", []):
            _collect(file, handler.body, symbols)
        if isinstance(node, ast.Try):  # the framework has the name: what would stand in for it is not taken
            symbols.imports.update((name, origin) for s in node.body for name, origin in known_imports(s).items())


def known_imports(node: ast.stmt) -> dict[str, str]:
    """Names that a statement imports from a framework, as far as the catalog has them, with their origins."""
    from ..frameworks import dialects

    if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
        return {}
    found = {a.asname or a.name: dialects.star_export(node.module, a.name) for a in node.names}
    return {name: origin for name, origin in found.items() if origin}


def add_import(file: SourceFile, node: ast.stmt, symbols: Symbols) -> None:
    """Records the names that an import statement binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                symbols.imports[alias.asname] = alias.name
            else:
                head = alias.name.split(".")[0]
                symbols.imports[head] = head
    elif isinstance(node, ast.ImportFrom):
        base = absolute(file, node)
        for alias in node.names:
            if alias.name == "*":
                symbols.stars.append(base)
            else:
                symbols.imports[alias.asname or alias.name] = f"{base}.{alias.name}"


class Names:
    """Resolves names across the files of a project."""

    def __init__(self, project: Project):
        self.project = project
        self._symbols: dict[str, Symbols] = {}

    def symbols(self, module: str) -> Symbols:
        """Symbol table of a project module."""
        if module not in self._symbols:
            file = self.project.files[module]
            self._symbols[module] = table = Symbols()
            _collect(file, file.tree.body, table)
        return self._symbols[module]

    def resolve(self, module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> str | None:
        """Dotted origin of a module-level name: ``torch.nn.Conv2d``, ``pkg.mod:Class``, or a module's dotted name.

        Re-exports are followed through project modules; None where the name is unknown (a builtin, say).
        """
        if (module, name) in seen or module not in self.project.files:
            return None
        seen = seen | {(module, name)}
        table = self.symbols(module)
        if name in table.imports:
            return self._origin(table.imports[name], seen)
        if name in table.defined:
            return f"{module}:{name}"
        for star in table.stars:
            if star in self.project.files:
                found = self.resolve(star, name, seen)
                if found:
                    return found
            elif not name.startswith("_"):
                guess = _star_guess(star, name)
                if guess:
                    return guess
        return None

    def _origin(self, dotted: str, seen: frozenset[tuple[str, str]]) -> str | None:
        if dotted in self.project.files:
            return dotted
        base, _, last = dotted.rpartition(".")
        if base in self.project.files:
            return self.resolve(base, last, seen) or f"{base}:{last}"
        return dotted

    def dotted(self, module: str, parts: list[str]) -> str | None:
        """Resolves `a.b.c` whose head is a module-level name; submodules and re-exports are followed."""
        origin = self.resolve(module, parts[0])
        for part in parts[1:]:
            if origin is None:
                return None
            if origin in self.project.files:
                child = f"{origin}.{part}"
                origin = child if child in self.project.files else (self.resolve(origin, part) or f"{origin}:{part}")
            else:
                origin = f"{origin}.{part}"
        return origin


def _star_guess(module: str, name: str) -> str | None:
    """`from torch.nn import *`: names that the catalog or Python's conventions attribute to that module."""
    from ..frameworks import dialects

    return dialects.star_export(module, name)
