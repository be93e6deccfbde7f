"""What the target never reaches: branches for the source framework's own tracing, scripting and quantisation.

A test such as `if is_tracing():` is false in every target, and what stands under it is not written. The body of a function
that only such branches, and functions like itself, call speaks of an exporter that is not there: it is one marked spot.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..catalog import registry
from ..parts import Part
from ..pivot.nodes import Block, Host, Idiom, Marked, Node, Op, to_ast
from ..source.names import Names

#: Idioms that are the same in every target.
_CERTAIN = {"true": True, "false": False}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: How many functions that only return what another one says are followed.
_DEPTH = 4


class Unreached:
    """Branches and functions of a project that no target reaches."""

    def __init__(self, names: Names, dialect: Any):
        self.names, self.dialect = names, dialect
        self._uses: dict[str, list[tuple[bool, tuple[str, ...]]]] = {}
        self._defined: dict[str, str] = {}
        for module, file in names.project.files.items():
            _Uses(self, module).visit_all(file.tree.body)
        #: Functions (`pkg.mod:Class.name`) that are mentioned in such places only.
        self.functions: set[str] = set()
        while more := {key for key in self._defined if key not in self.functions and self._is_unreached(key)}:
            self.functions |= more

    def defined(self, key: str, name: str) -> None:
        """Notes a function."""
        self._defined[key] = name

    def used(self, name: str, unreached: bool, around: tuple[str, ...]) -> None:
        """Notes a mention of any function of this name, the functions around it, and whether it is never reached."""
        self._uses.setdefault(name, []).append((unreached, around))

    def _is_unreached(self, key: str) -> bool:
        uses = [(never, around) for never, around in self._uses.get(self._defined[key], ()) if key not in around]
        return bool(uses) and all(never or self.functions & set(around) for never, around in uses)

    def value(self, module: str, test: ast.AST, local: frozenset[str] = frozenset(), depth: int = _DEPTH) -> bool | None:
        """What a test is in every target; None where that is not certain. `local` names are no module's."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.value(module, test.operand, local, depth)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            return joined(isinstance(test.op, ast.And), [self.value(module, v, local, depth) for v in test.values])
        if not isinstance(test, ast.Call) or test.args or test.keywords or not depth:
            return None
        parts = _path(test.func)
        dotted = self.names.dotted(module, parts) if parts and parts[0] not in local else None
        if dotted is None:
            return None
        if ":" not in dotted:
            return _CERTAIN.get(self.dialect.IDIOMS.get(self.dialect.public(dotted)))
        home, _, name = dotted.partition(":")
        body = next((n.body for n in self.names.project.files[home].tree.body
                     if isinstance(n, _FUNCTIONS) and n.name == name), [])
        body = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
            return None
        return self.value(home, body[0].value, frozenset(), depth - 1)


def joined(every: bool, values: list[bool | None]) -> bool | None:
    """The value of `and` (`every`) or `or`."""
    if (not every) in values:
        return not every
    return every if values and all(v is every for v in values) else None


def _path(node: ast.AST) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


class _Uses:
    """Walks a file for functions and what is mentioned of them. Methods and texts count by their names."""

    def __init__(self, found: Unreached, module: str):
        self.found, self.module = found, module

    def visit_all(self, body: list[Any], never: bool = False, around: tuple[str, ...] = (), prefix: str = "",
                  local: frozenset[str] = frozenset()) -> None:
        for node in body:
            self.visit(node, never, around, prefix, local)

    def visit(self, node: ast.AST, never: bool, around: tuple[str, ...], prefix: str, local: frozenset[str]) -> None:
        """Notes what a node defines and mentions."""
        if isinstance(node, ast.ClassDef):
            self.visit_all([*node.bases, *node.decorator_list], never, around, prefix, local)
            return self.visit_all(node.body, never, around, f"{prefix}{node.name}.", local)
        if isinstance(node, _FUNCTIONS):
            key = f"{self.module}:{prefix}{node.name}"
            self.found.defined(key, node.name)
            self.visit_all([node.args, *node.decorator_list], never, around, prefix, local)
            bound = frozenset(n.arg if isinstance(n, ast.arg) else n.id for n in ast.walk(node) if isinstance(n, ast.arg) or
                              isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
            return self.visit_all(node.body, never, (*around, key), f"{prefix}{node.name}.<locals>.", local | bound)
        if isinstance(node, ast.If):
            value = self.found.value(self.module, node.test, local)
            self.visit(node.test, never, around, prefix, local)
            self.visit_all(node.body, never or value is False, around, prefix, local)
            return self.visit_all(node.orelse, never or value is True, around, prefix, local)
        for name in _mentioned(node):
            self.found.used(name, never, around)
        for child in ast.iter_child_nodes(node):
            self.visit(child, never, around, prefix, local)


def _mentioned(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


class Branches(Part):
    """Part of `Lifter`: branches, and what is known in them."""

    cold_branches: int

    def visit_If(self, node: Host) -> Host:
        """Where a test says what layer a name holds, that is known in the branch."""
        test = self.visit(node.fields["test"])
        value = self.certain(test)
        before = dict(self.function.types)
        for name, sort in self.narrowed(node.fields["test"]).items():
            self.function.types.setdefault(name, sort)
        body = self.branch(node.fields["body"], value is False)
        for name in self.narrowed(node.fields["test"]):
            if name not in before:
                self.function.types.pop(name, None)
        return Host("If", {"test": test, "body": body, "orelse": self.branch(node.fields["orelse"], value is True)},
                    site=node.site, span=node.span)

    def branch(self, body: list[Node], unreached: bool = False) -> list[Node]:
        """The statements of a branch, which an example may have entered or not, or which no target reaches."""
        never_ran = bool(self.evidence.ran) and self.never_ran(body)
        said = len(self.sink.items)
        self.cold_branches += never_ran
        lifted: list[Node] = self.visit(body)
        self.cold_branches -= never_ran
        if unreached and not self.was_seen(body):
            del self.sink.items[said:]  # it is not written
        return lifted

    def constant_call(self, node: Host) -> Idiom | None:
        """A call of a function of the project that says the same in every target (`return is_tracing()`)."""
        if node.fields["args"] or node.fields["keywords"] or self.in_framework(self.origin(node.fields["func"])):
            return None
        local = frozenset(name for s in self.scopes[1:] if s.kind != "class" for name in s.bound)
        value = self.unreached.value(self.module, to_ast(node), local)
        seen = [e.data.get("o") for e in self.evidence.events(self.module, node.site, "call")]
        if value is None or any(bool(o) is not value for o in seen):
            return None
        return Idiom(str(value).lower(), {}, site=node.site, span=node.span, verbatim=False)

    def left_out(self, body: list[Node], lifted: list[Node], said: int) -> list[Node]:
        """Statements that no target reaches as one marked spot, where axes matter in them or something is not known;
        `said` is the number of diagnostics before they were lifted."""
        first, last = body[0].span, body[-1].span
        if not first or not last or not any(_needs_care(n) for s in lifted for n in s.walk()):
            return lifted
        del self.sink.items[said:]
        why = "only the source framework's own tracing or quantisation calls this function"
        kw: dict[str, Any] = {"site": body[0].site, "span": (first[0], last[1]), "verbatim": False}
        marked = Marked("TG013", why, Block(body), **kw)
        self.report(marked, "TG013", why, "The target calls it in no case: nothing has to be done.")
        return [Host("Expr", {"value": marked}, **kw)]

    def function_body(self, node: Host, key: str) -> list[Node]:
        """The lifted body of a function; of one that no target reaches the docstring and one marked spot."""
        body = node.fields["body"]
        said = len(self.sink.items)
        lifted: list[Node] = self.visit(body)
        if key not in self.unreached.functions or self.evidence.is_hot(key):
            return lifted
        start = int(is_text(body[0]))
        return [*lifted[:start], *self.left_out(body[start:], lifted[start:], said)] if body[start:] else lifted

    def never_ran(self, body: list[Node]) -> bool:
        """True for statements that call what would have been seen, had they run, and was not."""
        calls = [n for s in body for n in s.walk() if isinstance(n, Host) and n.kind == "Call"]
        return any(self.is_recorded(c) for c in calls) and not self.was_seen(body)

    def was_seen(self, body: list[Node]) -> bool:
        """True for statements of which an example ran some."""
        return any(n.site is not None and (self.evidence.events(self.module, n.site) or
                                           self.evidence.new.get((self.module, n.site)))
                   for s in body for n in s.walk())

    def is_recorded(self, node: Host) -> bool:
        """True for calls of the framework's functions, and of the object's own methods."""
        func = node.fields["func"]
        if self.in_framework(self.origin(func)):
            return bool(registry.lookup(self.dialect.PREFIX, self.dialect.canonical(self.origin(func) or "")))
        return isinstance(func, Host) and func.kind == "Attribute" and self.is_self(func.fields["value"]) and \
            self.owner is not None and any(func.fields["attr"] in i.methods for i in self.classes.ancestors(self.owner))

    def narrowed(self, test: Node) -> dict[str, str]:
        """Names that a test holds to be layers: `isinstance(m, Layer)`, alone or joined by `and`."""
        if isinstance(test, Host) and test.kind == "BoolOp" and test.fields["op"] == "And":
            return {k: v for value in test.fields["values"] for k, v in self.narrowed(value).items()}
        if not (isinstance(test, Host) and test.kind == "Call" and len(test.fields["args"]) == 2 and
                isinstance(test.fields["func"], Host) and test.fields["func"].kind == "Name" and
                test.fields["func"].fields["id"] == "isinstance"):
            return {}
        name, kinds = test.fields["args"]
        if not (isinstance(name, Host) and name.kind == "Name"):
            return {}
        members = kinds.fields["elts"] if isinstance(kinds, Host) and kinds.kind == "Tuple" else [kinds]
        origins = [self.origin(m) or "" for m in members]
        if not origins or not all(self.in_framework(o) and self.dialect.is_layer(o) for o in origins):
            return {}
        found = {self.layer_entries(o)[0].name for o in origins}
        return {name.fields["id"]: f"layer:{found.pop()}" if len(found) == 1 else "module"}

    def certain(self, test: Node) -> bool | None:
        """What a lifted test is in every target; None where that is not certain."""
        if isinstance(test, Idiom):
            return _CERTAIN.get(test.name)
        if isinstance(test, Op):
            forms = registry.entry("function", test.op).sources(self.dialect.PREFIX)
            return {"True": True, "False": False}.get(forms[-1].template or "")
        if not isinstance(test, Host):
            return None
        if test.kind == "UnaryOp" and test.fields["op"] == "Not":
            inner = self.certain(test.fields["operand"])
            return None if inner is None else not inner
        if test.kind == "BoolOp":
            return joined(test.fields["op"] == "And", [self.certain(v) for v in test.fields["values"]])
        return None


def _needs_care(node: Node) -> bool:
    """True for marked spots, and for ops that axes matter to."""
    return isinstance(node, Marked) or isinstance(node, Op) and \
        registry.entry("function", node.op).rule.split()[0] not in ("elementwise", "like", "host")


def is_text(node: Node) -> bool:
    """True for a docstring."""
    value = node.fields["value"] if isinstance(node, Host) and node.kind == "Expr" else None
    return isinstance(value, Host) and value.kind == "Constant" and isinstance(value.fields["value"], str)
