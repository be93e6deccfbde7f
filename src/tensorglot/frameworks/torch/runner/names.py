"""Canonical public names of framework objects, found by identity in the public namespaces."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

import torch

#: Public namespaces; where an object stands in several, the first one names it.
NAMESPACES = ("torch.nn.functional", "torch.nn", "torch", "torch.nn.init", "torch.linalg", "torch.fft",
              "torch.special", "torch.nn.utils.rnn", "torch.nn.utils", "torch.nn.utils.parametrizations",
              "torch.nn.utils.parametrize", "torch.utils.checkpoint", "torch.autograd", "torch.jit", "torch.fx",
              "torch.distributions", "torch.backends.cuda", "torch.nn.attention", "torch.overrides")

#: Named only if the program has imported them (and they are not the program).
OPTIONAL = ("einops", "einops.layers.torch", "torchvision.ops", "torch.ao.quantization", "torch.ao.nn.quantized")


class PublicNames:
    """Maps functions and classes to dotted names such as ``torch.cat``, ``torch.nn.Conv2d`` or ``Tensor.view``.

    `project(module_name)` tells project modules, which are never named here.
    """

    def __init__(self, project: Any):
        self.project = project
        self.names: dict[int, str] = {}
        self._keep: list[Any] = []
        self._pending = list(OPTIONAL)
        for namespace in NAMESPACES:
            self._walk(namespace)
        for cls in (torch.Tensor, *torch.Tensor.__mro__[1:-1]):
            for name, member in vars(cls).items():
                self._add(member, f"Tensor.{name}")

    def _walk(self, namespace: str) -> None:
        try:
            module = importlib.import_module(namespace)
        except ImportError:
            return
        for name in sorted(vars(module)):
            if not name.startswith("_"):
                member = vars(module)[name]
                # The functional namespace holds functions; classes there are merely imported.
                if not (namespace == NAMESPACES[0] and isinstance(member, type)):
                    self._add(member, f"{namespace}.{name}")

    def _add(self, member: Any, name: str) -> None:
        if callable(member) and not isinstance(member, types.ModuleType) and _foreign(member):
            self.names.setdefault(id(member), name)
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
