"""Native operations that compute partly in float32: the catalog grants them a wider float64 tolerance."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from tensorglot.catalog import registry


def native_tolerance(files: Iterable[Path]) -> tuple[float, str] | None:
    """The widest `float64_tol` (tolerance, reason) of catalog entries whose API is called in these files."""
    registry.load()
    tolerances: dict[str, tuple[float, str]] = {}
    for entry in registry.REGISTRY.values():
        if entry.float64_tol:
            for signatures in entry.signatures.values():
                for signature in signatures:
                    tolerances[signature.callee.rpartition(".")[2]] = entry.float64_tol
    found = [tolerances[name] for name in _called(files) if name in tolerances]
    return max(found, default=None)


def _called(files: Iterable[Path]) -> set[str]:
    """Last names of attributes and names, and strings (`activation="gelu"`)."""
    names: set[str] = set()
    for file in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names
