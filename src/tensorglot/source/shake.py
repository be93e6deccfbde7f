"""Tree shaking: of the modules that the chosen ones reach, only what these need is kept.

A file that was named is kept whole. Of any other file of the project a top-level statement is kept where it binds a
name that something kept refers to. A function of such a file that no example entered, and that leads to the framework,
keeps its signature and docstring; its body raises.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .cuts import comments_above, cut_aliases, lines, spaced
from .project import Project, SourceFile, absolute

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass
class _Module:
    """One file: which top-level statements bind a name, and what of it is kept."""

    file: SourceFile
    bindings: dict[str, list[ast.stmt]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    kept: set[ast.stmt] = field(default_factory=set)
    aliases: set[ast.alias] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for statement in self.file.tree.body:
            for name in _bound(statement):
                self.bindings.setdefault(name, []).append(statement)
            self.stars += [n for n in _flat(statement) if isinstance(n, ast.ImportFrom) and n.names[0].name == "*"]


def shake(project: Project, packages: frozenset[str], is_hot: Callable[[str], bool] | None,
          is_operation: Callable[[str], bool], *, all_of_it: bool = False) -> None:
    """Loads what the chosen modules reach, and takes out of it what they do not need.

    `packages` are the framework's; `is_hot` tells whether an example entered a function (`pkg.mod:Class.method`; None:
    nothing was run); `is_operation` whether a method of that name is one of the framework's tensors. With `all_of_it`
    every module that is reached is kept whole.
    """
    if project.package is None and any(project.root.glob("*.dist-info")):
        return
    _Shaker(project, packages, is_hot, is_operation, all_of_it).run()


class _Shaker:
    def __init__(self, project: Project, packages: frozenset[str], is_hot: Callable[[str], bool] | None,
                 is_operation: Callable[[str], bool], all_of_it: bool):
        self.all_of_it = all_of_it
        self.project = project
        self.packages = packages
        self.is_hot = is_hot
        self.is_operation = is_operation
        self.modules: dict[str, _Module] = {}
        self.reached: set[str] = set()
        self.whole = set(project.files)
        self.queue: list[Callable[[], None]] = []
        self.light_: dict[ast.AST, bool] = {}
        self.at_import: set[ast.AST] = set()

    def run(self) -> None:
        for name in list(self.whole):
            made = self.module(name)
            assert made is not None
            self.scan(made, made.file.tree)
            self.imported(made, made.file.tree)
        while self.queue:
            while self.queue:
                self.queue.pop()()
            for module in list(self.modules.values()):
                self.side_effects(module)
        for name, module in self.modules.items():
            if name in self.whole:
                continue
            if module.kept or name in self.reached:
                self.cut(module)
            else:
                del self.project.files[name]
        for name in list(self.project.files):
            parts = name.split(".")
            for end in range(1, len(parts)):
                parent = ".".join(parts[:end])
                if parent not in self.project.files and self.project.locate(parent) is not None:
                    self.project.packages.add(parent)

    # -- what is needed -----------------------------------------------------------------------------------------------

    def module(self, name: str) -> _Module | None:
        """A module of the project, read when first asked for."""
        if name not in self.modules:
            file = self.project.load(name)
            if file is None:
                return None
            self.modules[name] = made = _Module(file)
            if self.all_of_it and name not in self.whole:
                self.whole.add(name)
                self.queue.append(lambda: self.scan(made, made.file.tree))
            if self.all_of_it and "." in name:
                self.module(name.rpartition(".")[0])
        return self.modules[name]

    def binds(self, module: str, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """True where a module binds a name itself or through a star import of a project module."""
        made = self.module(module)
        if made is None or module in seen:
            return False
        return name in made.bindings or any(self.binds(absolute(made.file, s), name, seen | {module})
                                            for s in made.stars)

    def need(self, module: str, name: str) -> None:
        """Keeps what binds a name of a module."""
        made = self.module(module)
        if made is None or name in made.names:
            return
        made.names.add(name)
        statements = made.bindings.get(name, [])
        if not statements:
            star = next((s for s in made.stars if self.binds(absolute(made.file, s), name)), None)
            if star is not None:
                made.kept.add(star)
                made.aliases.add(star.names[0])
                self.need(absolute(made.file, star), name)
            elif made.file.is_package and self.module(f"{module}.{name}") is not None:
                self.reached.add(f"{module}.{name}")
            return
        for statement in statements:
            if isinstance(statement, _IMPORTS):
                made.kept.add(statement)
                for alias in statement.names:
                    if (alias.asname or alias.name.split(".")[0]) == name:
                        made.aliases.add(alias)
                        self.follow(made, statement, alias)
            else:
                self.keep(made, statement)

    def keep(self, made: _Module, statement: ast.stmt) -> None:
        """Keeps a statement with all that it refers to."""
        if statement not in made.kept:
            made.kept.add(statement)
            self.queue.append(lambda: self.scan(made, statement))
            self.queue.append(lambda: self.imported(made, statement))

    def follow(self, made: _Module, statement: ast.stmt, alias: ast.alias) -> None:
        """What an import takes from other modules is needed there."""
        if isinstance(statement, ast.ImportFrom):
            base = absolute(made.file, statement)
            if alias.name == "*":
                source = self.module(base)
                for name in source.bindings if source is not None else ():
                    if not name.startswith("_"):
                        self.need(base, name)
            elif self.module(base) is not None:
                self.queue.append(lambda: self.need(base, alias.name))
            elif self.module(f"{base}.{alias.name}") is not None:
                self.reached.add(f"{base}.{alias.name}")
        else:
            parts = alias.name.split(".")
            for end in range(1, len(parts) + 1):
                if self.module(".".join(parts[:end])) is not None:
                    self.reached.add(".".join(parts[:end]))

    def all_of(self, module: str) -> None:
        """Everything of a module that is used as a value."""
        made = self.module(module)
        for name in list(made.bindings) if made is not None else ():
            self.need(module, name)

    def scan(self, made: _Module, node: ast.AST) -> None:
        """Follows the names that a tree refers to."""
        local = _local_imports(made.file, node) if not isinstance(node, ast.Module) else {}
        for part in self.parts(made, node):
            if isinstance(part, _IMPORTS):
                for alias in part.names:
                    if part in made.file.tree.body:
                        made.kept.add(part)
                        made.aliases.add(alias)
                    self.follow(made, part, alias)
            elif isinstance(part, (ast.Attribute, ast.Name)):
                self.refer(made, _chain(part), local)

    def refer(self, made: _Module, chain: list[str], local: dict[str, str]) -> None:
        """A dotted name: its head in this module, and what it takes from project modules."""
        if not chain:
            return
        if chain[0] in local:
            origin: str | None = local[chain[0]]
        else:
            self.need(made.file.module, chain[0])
            origin = self.origin(made, chain[0])
        for part in chain[1:]:
            if origin is None or self.module(origin) is None:
                return
            self.need(origin, part)
            inner = self.modules[origin]
            origin = f"{origin}.{part}" if part not in inner.bindings and self.module(f"{origin}.{part}") is not None \
                else self.origin(inner, part)
        if origin is not None and self.module(origin) is not None:
            self.all_of(origin)

    def origin(self, made: _Module, name: str) -> str | None:
        """The project module that a name of a module stands for, if it does."""
        for statement in made.bindings.get(name, []):
            found = _imported(made.file, statement).get(name)
            if found is not None and self.project.locate(found) is not None:
                base, _, last = found.rpartition(".")
                if not (isinstance(statement, ast.ImportFrom) and self.binds(base, last)):
                    return found
        return None

    def parts(self, made: _Module, node: ast.AST, owner: str = "") -> Iterator[ast.AST]:
        """Imports, names and whole attribute chains of a tree; not those in bodies that will raise."""
        if isinstance(node, (ast.Attribute, ast.Name)) and _chain(node):
            if not isinstance(node.ctx, ast.Store) or isinstance(node, ast.Attribute):
                yield node
            return
        if isinstance(node, _IMPORTS):
            yield node
            return
        children = ast.iter_child_nodes(node)
        if isinstance(node, _DEFINITIONS):
            owner = f"{owner}{node.name}"
            if isinstance(node, _FUNCTIONS) and self.raises(made, node, owner):
                children = iter([*node.decorator_list, node.args, *([node.returns] if node.returns else [])])
            owner += "." if isinstance(node, ast.ClassDef) else ".<locals>."
        for child in children:
            yield from self.parts(made, child, owner)

    def side_effects(self, made: _Module) -> None:
        """Statements that change what is needed: `TABLE[...] = `, `TABLE.update(...)`, calls of own functions."""
        if made.file.module in self.whole or not made.names:
            return
        for statement in made.file.tree.body:
            if statement not in made.kept and not isinstance(statement, (*_DEFINITIONS, *_IMPORTS)) and \
                    any(name in made.names and name in made.bindings for name in _changed(statement)):
                self.keep(made, statement)

    # -- what runs when a file is imported ----------------------------------------------------------------------------

    def imported(self, made: _Module, node: ast.AST) -> None:
        """Notes functions that importing a statement calls, decorates with or makes objects of."""
        if self.is_hot is None:
            return
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, _DEFINITIONS):
                for decorator in part.decorator_list:
                    self.called(made, decorator)
            if isinstance(part, _FUNCTIONS):
                stack += [*part.decorator_list, part.args]
                continue
            if isinstance(part, ast.Lambda):
                continue
            if isinstance(part, ast.Call):
                self.called(made, part.func)
            stack += ast.iter_child_nodes(part)

    def called(self, made: _Module, func: ast.AST) -> None:
        """A function that runs at import, with all that it calls."""
        found = self.definition(made, _chain(func))
        if found is None or found[1] in self.at_import:
            return
        module, definition = found
        self.at_import.add(definition)
        bodies = [definition] if isinstance(definition, _FUNCTIONS) else \
            [m for m in definition.body if isinstance(m, _FUNCTIONS) and m.name.startswith("__")]
        self.at_import.update(bodies)
        for part in (p for body in bodies for p in ast.walk(body)):
            if isinstance(part, ast.Call):
                self.called(module, part.func)
        if definition in module.kept:
            self.queue.append(lambda: self.scan(module, definition))

    def definition(self, made: _Module, chain: list[str], seen: frozenset[tuple[str, str]] = frozenset(),
                   ) -> tuple[_Module, Any] | None:
        """The function or class of the project that a dotted name stands for."""
        if not chain or (made.file.module, chain[0]) in seen:
            return None
        seen = seen | {(made.file.module, chain[0])}
        for statement in made.bindings.get(chain[0], []):
            if isinstance(statement, _DEFINITIONS):
                return (made, statement) if len(chain) == 1 else None
            origin = _imported(made.file, statement).get(chain[0])
            if origin is None:
                continue
            parts = [*origin.split("."), *chain[1:]]
            for end in range(len(parts) - 1, 0, -1):
                inner = self.module(".".join(parts[:end]))
                if inner is not None:
                    found = self.definition(inner, parts[end:], seen)
                    if found is not None:
                        return found
        for star in made.stars:
            inner = self.module(absolute(made.file, star))
            found = self.definition(inner, chain, seen) if inner is not None else None
            if found is not None:
                return found
        return None

    # -- functions that no example entered ----------------------------------------------------------------------------

    def raises(self, made: _Module, node: ast.AST, qualname: str) -> bool:
        """True for a function of a reached module whose body is not migrated."""
        if self.is_hot is None or made.file.module in self.whole or "<locals>" in qualname:
            return False
        return not self.is_hot(f"{made.file.module}:{qualname}") and node not in self.at_import and \
            not self.light(made, node)

    def light(self, made: _Module, node: ast.AST) -> bool:
        """True for a definition that does not lead to the framework."""
        if node not in self.light_:
            self.light_[node] = True  # assumed while it is looked at: definitions refer to each other
            body = node.body if isinstance(node, _DEFINITIONS) else [node]
            self.light_[node] = all(self.light_part(made, part) for statement in body for part in ast.walk(statement))
        return self.light_[node]

    def light_part(self, made: _Module, part: ast.AST) -> bool:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and self.is_operation(part.func.attr) \
                and not isinstance(part.func.value, ast.Constant):
            return False
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Tuple) and \
                any(isinstance(e, ast.Slice) for e in part.slice.elts):
            return False
        if isinstance(part, _IMPORTS):
            return not any(origin.split(".")[0] in self.packages for origin in _imported(made.file, part).values())
        return not isinstance(part, ast.Name) or self.light_name(made.file.module, part.id, frozenset())

    def light_name(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> bool:
        made = self.module(module)
        if made is None or (module, name) in seen:
            return True
        seen = seen | {(module, name)}
        for statement in made.bindings.get(name, []):
            if not isinstance(statement, _IMPORTS):
                if not self.light(made, statement):
                    return False
                continue
            origin = _imported(made.file, statement)[name]
            if origin.split(".")[0] in self.packages:
                return False
            base, _, last = origin.rpartition(".")
            if isinstance(statement, ast.ImportFrom) and not self.light_name(base, last, seen):
                return False
        if name not in made.bindings:
            return all(self.light_name(absolute(made.file, s), name, seen) for s in made.stars
                       if self.binds(absolute(made.file, s), name))
        return True

    # -- taking out ---------------------------------------------------------------------------------------------------

    def cut(self, made: _Module) -> None:
        """Takes what is not kept out of a file's tree, and notes the places in its text."""
        file, body = made.file, []
        for index, statement in enumerate(file.tree.body):
            if statement in made.kept or _always(statement, index):
                body.append(statement)
                if isinstance(statement, _IMPORTS) and statement in made.kept:
                    file.cuts += cut_aliases(file, statement, made.aliases)
                continue
            span = lines(file, statement)
            if span is None:
                body.append(statement)
                continue
            file.cuts.append(span)
            file.left_out += [n for n in _bound(statement) if isinstance(statement, _DEFINITIONS)]
        file.tree.body = body
        file.cuts = spaced(file.text, sorted(file.cuts))
        for statement in body:
            self.shorten(made, statement, "")
        file.cuts.sort()

    def shorten(self, made: _Module, node: ast.AST, owner: str) -> None:
        """Bodies that are not migrated raise."""
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                self.shorten(made, inner, f"{owner}{node.name}.")
        elif isinstance(node, _FUNCTIONS) and self.raises(made, node, owner + node.name):
            start = 1 if ast.get_docstring(node) is not None else 0
            gone = node.body[start:]
            if not gone or all(isinstance(s, (ast.Pass, ast.Raise)) for s in gone):
                return
            message = f"{made.file.module}.{owner}{node.name} was not migrated: no example runs it"
            raising = ast.parse(f"raise NotImplementedError({message!r})").body[0]
            for part in ast.walk(raising):
                for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                    if hasattr(part, name):
                        delattr(part, name)
            raising.generated = True  # type: ignore[attr-defined]
            ast.copy_location(raising, gone[0])
            raising.end_lineno, raising.end_col_offset = gone[-1].end_lineno, gone[-1].end_col_offset
            node.body[start:] = [raising]
            made.file.cuts += [comments_above(made.file, gone[0]), made.file.span(raising)]
            made.file.raising.append(owner + node.name)


def _flat(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those in its blocks, definitions not entered."""
    yield statement
    if not isinstance(statement, _DEFINITIONS):
        for block in ("body", "orelse", "finalbody"):
            for inner in getattr(statement, block, []):
                yield from _flat(inner)
        for handler in getattr(statement, "handlers", []):
            for inner in handler.body:
                yield from _flat(inner)


def _bound(statement: ast.stmt) -> list[str]:
    """Names that a top-level statement binds."""
    out: list[str] = []
    for part in _flat(statement):
        if isinstance(part, _DEFINITIONS):
            out.append(part.name)
        elif isinstance(part, _IMPORTS):
            out += [alias.asname or alias.name.split(".")[0] for alias in part.names if alias.name != "*"]
        else:
            for name in ("targets", "target", "optional_vars", "items"):
                value = getattr(part, name, None)
                for item in value if isinstance(value, list) else [value] if value is not None else []:
                    out += [n.id for n in ast.walk(item) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(out))


def _changed(statement: ast.stmt) -> set[str]:
    """Names whose values a statement may change: heads of subscripts and attributes assigned to, of calls, their own;
    all in a loop."""
    if isinstance(statement, (ast.For, ast.While)):
        return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    out: set[str] = set()
    for part in _flat(statement):
        targets = getattr(part, "targets", None) or [getattr(part, "target", None)]
        for target in targets:
            if isinstance(target, (ast.Subscript, ast.Attribute)) or isinstance(part, ast.AugAssign):
                out |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} - {"__all__"}
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            out |= {n.id for n in ast.walk(part.value.func) if isinstance(n, ast.Name)}
    return out


def _imported(file: SourceFile, statement: ast.AST) -> dict[str, str]:
    """Dotted origins of the names that an import binds."""
    if isinstance(statement, ast.ImportFrom):
        base = absolute(file, statement)
        return {alias.asname or alias.name: f"{base}.{alias.name}" for alias in statement.names}
    if isinstance(statement, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0]
                for alias in statement.names}
    found: dict[str, str] = {}
    for part in _flat(statement) if isinstance(statement, ast.stmt) else ():
        if part is not statement and isinstance(part, _IMPORTS):
            found |= _imported(file, part)
    return found


def _local_imports(file: SourceFile, node: ast.AST) -> dict[str, str]:
    """Names that imports inside a definition bind."""
    out: dict[str, str] = {}
    for part in ast.walk(node):
        if isinstance(part, _IMPORTS):
            out |= _imported(file, part)
    return out


def _chain(node: ast.AST) -> list[str]:
    """`a.b.c` as its parts; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


def _always(statement: ast.stmt, index: int) -> bool:
    """Docstrings and `from __future__` stay."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    return index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
