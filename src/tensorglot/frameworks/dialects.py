"""Dialects by name: what the passes may ask about a framework, without knowing which it is."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from functools import cache
from types import ModuleType

NAMES = ("torch", "keras", "tensorflow")


@cache
def get(name: str) -> ModuleType:
    """The dialect module of a framework; raises `KeyError` for an unknown one."""
    if name not in NAMES:
        raise KeyError(name)
    return importlib.import_module(f"{__package__}.{name}.dialect")


def lowerer(name: str, default: type) -> type:
    """The class that lowers to a framework: its own where it writes modules in another way than `default`."""
    if importlib.util.find_spec(f"{__package__}.{name}.lowering") is None:
        return default
    return importlib.import_module(f"{__package__}.{name}.lowering").Lowerer


def detect(trees: list[ast.Module]) -> str | None:
    """The framework whose packages the files import most, or one of those imported whose dialect knows that one's names
    too; None where they import none."""
    counts: dict[str, int] = {}
    for tree in trees:
        for node in ast.walk(tree):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else \
                [f"{node.module}.{a.name}" for a in node.names[:1]] if isinstance(node, ast.ImportFrom) and not node.level \
                else []
            for framework in filter(None, map(_told_by, modules)):
                counts[framework] = counts.get(framework, 0) + 1
    found = max(counts, key=lambda k: counts[k]) if counts else None
    return next((other for other in counts if found in get(other).FALLBACK), found)


def _told_by(module: str) -> str | None:
    """The framework that an import of a dotted name tells: the one with the longest beginning of the name."""
    told = {start: name for name in NAMES for start in get(name).IMPORTS if f"{module}.".startswith(f"{start}.")}
    return told[max(told, key=len)] if told else None


def star_export(module: str, name: str) -> str | None:
    """The dotted origin of `name` from `from module import *`, if a dialect knows it."""
    for framework in NAMES:
        dialect = get(framework)
        if module.split(".")[0] in dialect.PACKAGES and dialect.knows(f"{module}.{name}"):
            return f"{module}.{name}"
    return None
