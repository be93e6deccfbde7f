"""Canonical public names of framework objects, found by identity in the public namespaces."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Collection, Sequence
from typing import Any


class PublicNames:
    """Maps functions and classes of a framework to the dotted names that users know, and methods of tensors to
    ``Tensor.view``.

    `project(module_name)` tells project modules, which are never named here. `namespaces` are public modules: where an
    object stands in several, the first one names it. The `optional` ones are named only if the program has imported
    them (and they are not the program). Of a namespace in `functional` only functions are named: classes there are
    merely imported. `tensors` are the classes whose members are methods of tensors. Of an object's names one that is
    `preferred` is taken.
    """

    def __init__(self, project: Any, namespaces: Sequence[str], *, optional: Sequence[str] = (),
                 functional: Collection[str] = (), tensors: Sequence[type] = (),
                 preferred: Callable[[str], bool] = lambda name: False):
        self.project = project
        self.names: dict[int, str] = {}
        self._keep: list[Any] = []
        self._pending = list(optional)
        self._functional = functional
        self._preferred = preferred
        for namespace in namespaces:
            self._walk(namespace)
        for cls in tensors:
            for name, member in vars(cls).items():
                self.add(member, f"Tensor.{name}")

    def _walk(self, namespace: str) -> None:
        try:
            module = importlib.import_module(namespace)
        except ImportError:
            return
        for name in sorted(vars(module)):
            if not name.startswith("_"):
                member = vars(module)[name]
                if not (namespace in self._functional and isinstance(member, type)):
                    self.add(member, f"{namespace}.{name}")

    def add(self, member: Any, name: str) -> None:
        """Names an object, unless it has a name."""
        if callable(member) and not isinstance(member, types.ModuleType) and _foreign(member):
            known = self.names.setdefault(id(member), name)
            if known != name and self._preferred(name) and not self._preferred(known):
                self.names[id(member)] = name
            self._keep.append(member)

    def _load_optional(self) -> None:
        for namespace in [n for n in self._pending if n in sys.modules]:
            self._pending.remove(namespace)
            if not self.project(namespace):
                self._walk(namespace)

    def of(self, member: Any) -> str:
        """The public name, else ``module.qualname`` (``math.sqrt``, ``builtins.len``), else an empty string."""
        if self._pending:
            self._load_optional()
        found = self.names.get(id(member))
        if found:
            return found
        owner = getattr(member, "__self__", None)
        name = getattr(member, "__qualname__", None) or getattr(member, "__name__", None)
        if not isinstance(name, str):
            return ""
        if owner is not None and not isinstance(owner, (types.ModuleType, type)):
            return f"{type(owner).__module__}.{name}"
        home = getattr(member, "__module__", None) or getattr(owner, "__name__", None)
        return f"{home}.{name}" if home else name


#: Homes of typing constructs and helpers that a framework's namespace merely imports.
_STANDARD = frozenset({"typing", "functools", "collections", "builtins", "enum", "types", "inspect", "itertools",
                       "typing_extensions", "contextlib", "math", "warnings", "copy"})


def _foreign(member: Any) -> bool:
    return (getattr(member, "__module__", None) or "").split(".")[0] not in _STANDARD
