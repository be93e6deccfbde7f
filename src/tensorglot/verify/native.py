"""Native operations that compute partly in float32: the catalog grants them a wider float64 tolerance."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from tensorglot.catalog import registry

#: Keras's layer that takes the name of a function; the name tells which entry it stands for.
_BY_NAME = "layers.Activation"


def native_tolerance(files: Iterable[Path]) -> tuple[float, str] | None:
    """The widest `float64_tol` (tolerance, reason) of catalog entries whose API is called in these files."""
    registry.load()
    used = _used(files)
    found = [entry.float64_tol for entry in registry.REGISTRY.values() if entry.float64_tol and _names(entry) & used]
    return max(found, default=None)


def _names(entry: registry.Entry) -> set[str]:
    """How an entry's API appears in code: `ops.gelu`, the bare name of an adapter, "gelu" as a string."""
    names = set()
    for framework, signatures in entry.signatures.items():
        if framework not in ("keras", "tensorflow"):
            continue
        for callee in (s.callee for s in signatures):
            place, _, last = callee.rpartition(".")
            names.add(repr(_plain(entry.name)) if callee == _BY_NAME else
                      last if place == "adapters" else f"{place.rpartition('.')[2]}.{last}")
    return names


def _used(files: Iterable[Path]) -> set[str]:
    found: set[str] = set()
    for file in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
                place = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                found.add(f"{place}.{node.attr}")
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(repr(_plain(node.value)))
    return found


def _plain(name: str) -> str:
    return name.replace("_", "")
