"""Imports a project under its own names without disturbing another project that has modules of the same names."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from typing import Any


class Namespace:
    """The modules of one project.

    Source and target may both be called `resnet` or `torchvision`: each side's modules are in `sys.modules` and its
    folder on `sys.path` only while its code runs.
    """

    def __init__(self, root: str, module: str, files: list[str] | None = None):
        self.root, self.module = root, module
        self.tops = {module.partition(".")[0], *(files or [])}
        self.own: dict[str, Any] = {}

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Puts the project's modules in place for the duration."""
        hidden = self._take()
        sys.modules.update(self.own)
        sys.path.insert(0, self.root)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(self.root)
            self.own = self._take()
            sys.modules.update(hidden)

    def _take(self) -> dict[str, Any]:
        names = [name for name in sys.modules if name.partition(".")[0] in self.tops]
        return {name: sys.modules.pop(name) for name in names}

    def build(self, expression: str) -> Any:
        """The value of the expression in the project's module."""
        with self.active():
            module = importlib.import_module(self.module)
            return eval(compile(expression, "<model>", "eval"), vars(module))
