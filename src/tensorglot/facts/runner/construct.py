"""Constructor and factory calls to try, with required arguments solved from their names and annotations."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import types
from collections.abc import Iterator
from typing import Any

from .. import search
from .execute import Executor

#: Arguments that start downloads; where their default does, they are given None or False.
DOWNLOADS = ("pretrained", "pretrained_backbone", "weights", "weights_backbone", "checkpoint")

#: Arguments never varied: they have no effect on the model, or a bad one.
NEVER_SET = (*DOWNLOADS, "progress", "verbose", "device")


class Constructors:
    """Expressions that may build a class or call a factory; `solved` remembers what worked, by class name."""

    def __init__(self, executor: Executor, module: types.ModuleType, tree: ast.Module):
        self.executor = executor
        self.module = module
        self.tree = tree
        self.strings = search.compared_strings(tree)
        self.solved: dict[str, str] = {}
        self._open: list[str] = []

    def calls(self, name: str, limit: int) -> Iterator[str]:
        """Up to `limit` distinct expressions, the likeliest first."""
        parameters = parameters_of(vars(self.module)[name])
        required = [p for p in parameters if p.default is p.empty]
        untrained = [f"{p.name}={False if p.default is True else None}" for p in parameters
                     if p.name in DOWNLOADS and p.default not in (None, False, p.empty)]
        if not required:
            yield f"{name}({', '.join(untrained)})"
            return
        mentioned = search.outermost_first(self.tree, [name])
        inside = self._is_used(name) and bool(mentioned)
        self._open.append(name)
        try:
            guesses = search.Guesses(self._special, self.strings, outermost=not inside)
            lists = [guesses.candidates(p.name, _annotation(p)) for p in required]
        finally:
            self._open.pop()
        seen: set[str] = set()
        for values in _rounds(lists):
            given = [f"{p.name}={v}" if p.kind is p.KEYWORD_ONLY else v for p, v in zip(required, values, strict=True)]
            expression = f"{name}({', '.join(given + untrained)})"
            if expression not in seen:
                seen.add(expression)
                yield expression
            if len(seen) >= limit:
                return

    def guessed(self, name: str) -> bool:
        """True if a call of the name needs guessed arguments."""
        return any(p.default is p.empty for p in parameters_of(vars(self.module)[name]))

    def _is_used(self, name: str) -> bool:
        """True if other code of the file mentions the name."""
        return any(isinstance(n, ast.Name) and n.id == name
                   for node in self.tree.body if getattr(node, "name", None) != name
                   and isinstance(node, (ast.ClassDef, ast.FunctionDef)) for n in ast.walk(node))

    # What names stand for

    def _special(self, kind: str, name: str) -> list[str]:
        stock = self.executor.stock(kind, self._alias)
        if kind == "activation":
            return [*(repr(s) for s in self.strings.get(name, ())), *stock, repr("relu")]
        if kind == "block":
            return self._block_classes(name)
        if kind == "config":
            return self._configs(name)
        if kind == "module":
            return [*self._instances(name), *stock] if self._looks_like_module(name) else []
        return stock

    def _alias(self, module: types.ModuleType) -> str | None:
        return next((n for n, v in vars(self.module).items() if v is module and n.isidentifier()), None)

    def _own_classes(self) -> list[type]:
        return [c for n, c in vars(self.module).items()
                if inspect.isclass(c) and c.__module__ == self.module.__name__ and c.__name__ == n]

    def _own_modules(self) -> list[type]:
        return [c for c in self._own_classes() if issubclass(c, self.executor.recorder.MODULES)]

    def _block_classes(self, name: str) -> list[str]:
        """Classes that look like a building block, those with an `expansion` or such a name first."""
        modules = [c for c in self._own_modules() if c.__name__ not in self._open]
        marked = [c.__name__ for c in modules if hasattr(c, "expansion")]
        key = name.lower().replace("_", "").removesuffix("cls").removesuffix("type")
        named = [c.__name__ for c in modules if key in c.__name__.lower() or "block" in c.__name__.lower()]
        return list(dict.fromkeys(marked + named))

    def _instances(self, name: str) -> list[str]:
        """Built instances of classes whose name resembles the argument's."""
        key = name.lower().replace("_", "")
        modules = [c.__name__ for c in self._own_modules()]
        fitting = [c for c in modules if c not in self._open and (key in c.lower() or c.lower() in key)]
        out = []
        for cls in fitting[:3]:
            if cls in self.solved:
                out.append(self.solved[cls])
            elif len(self._open) < 3:
                out.extend(self._first_that_builds(cls))
        return out

    def _first_that_builds(self, cls: str) -> list[str]:
        for expression in self.calls(cls, limit=4):
            try:
                self.executor.build(self.module, expression, self.executor.DEVICES[0])
                return [expression]
            except Exception:
                continue
        return []

    def _looks_like_module(self, name: str) -> bool:
        return any(kind == "module" and re.search(pattern, name, re.IGNORECASE)
                   for pattern, kind in search.SPECIAL)

    def _configs(self, name: str) -> list[str]:
        """Configuration objects: classes of the file whose fields all have defaults, else one made of what is read."""
        out = []
        modules = self._own_modules()
        for cls in self._own_classes():
            if cls not in modules and (dataclasses.is_dataclass(cls) or "config" in cls.__name__.lower()):
                required = [p for p in parameters_of(cls) if p.default is p.empty]
                out += [f"{cls.__name__}()"] if not required else list(self.calls(cls.__name__, limit=2))
        attributes = search.attribute_reads(self.tree, name)
        if attributes:
            guesses = search.Guesses(lambda kind, n: [], self.strings, outermost=True)
            fields = ", ".join(f"{a}={guesses.candidates(a, '')[0]}" for a in attributes)
            out.append(f"__import__('types').SimpleNamespace({fields})")
        return out


def _rounds(lists: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """First choices, second choices, ...; then each argument varied alone; then combinations."""
    if not lists:
        yield ()
        return
    for r in range(max(map(len, lists))):
        yield tuple(c[min(r, len(c) - 1)] for c in lists)
        if r == 0:
            for i, candidates in enumerate(lists):
                for value in candidates[1:3]:
                    yield tuple(value if j == i else c[0] for j, c in enumerate(lists))
    yield from itertools.islice(itertools.product(*(c[:3] for c in lists)), 30)


def parameters_of(function: Any) -> list[inspect.Parameter]:
    """Parameters of a call, without `*args`, `**kwargs`; none where they cannot be known."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def _annotation(parameter: inspect.Parameter) -> str:
    if parameter.annotation is parameter.empty:
        return ""
    if isinstance(parameter.annotation, str):
        return parameter.annotation
    return parameter.annotation.__name__ if isinstance(parameter.annotation, type) else str(parameter.annotation)
