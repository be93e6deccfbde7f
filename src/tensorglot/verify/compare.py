"""Comparison of nested outputs and arrays: numpy only."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Difference:
    """The worst of several compared tensors; `count` of them were compared."""

    error: float = 0.0
    tensor: str = ""
    count: int = 0
    note: str = ""

    def add(self, name: str, error: float, note: str = "") -> None:
        """Takes one tensor into account. NaN counts as infinite."""
        self.count += 1
        error = math.inf if math.isnan(error) else error
        if self.count == 1 or error > self.error:
            self.error, self.tensor, self.note = error, name, note


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, leaf) of nested dicts, sequences and records; a lone tensor has the path ``""``.

    Lists and tuples are one kind, since frameworks exchange them.
    """
    if isinstance(value, Mapping):
        for key in value:
            yield from leaves(value[key], f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}[{i}]")
    elif hasattr(value, "log_prob"):
        yield from leaves(described(value), path)
    else:
        yield path, value


def described(distribution: Any) -> dict[str, Any]:
    """What is compared of a probability distribution: its probabilities, or its moments."""
    names = ("probs",) if hasattr(distribution, "probs") else ("mean", "variance")
    return {name: getattr(distribution, name) for name in names}


def relative_error(a: np.ndarray, b: np.ndarray) -> tuple[float, str]:
    """max|a-b| / max(max|b|, 1e-6) and a note; infinite where shapes or the places of NaN and infinities differ."""
    if a.shape != b.shape:
        return math.inf, f"shape {list(a.shape)} instead of {list(b.shape)}"
    if not a.size:
        return 0.0, ""
    a, b = _wide(a), _wide(b)
    finite = np.isfinite(b)
    if not np.array_equal(finite, np.isfinite(a)) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return math.inf, "NaN or infinite at other places"
    note = "" if finite.all() else "the source has NaN or infinite values at the same places"
    if not finite.any():
        return 0.0, note
    scale = max(float(np.abs(b[finite]).max()), 1e-6)
    return float(np.abs(a[finite] - b[finite]).max()) / scale, note


def _wide(a: np.ndarray) -> np.ndarray:
    return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)


def compare_outputs(ours: Any, theirs: Any, permutations: list[list[int] | None]) -> Difference:
    """Compares the target's outputs (`ours`) with the source's (`theirs`).

    `permutations[i]` is the axes order of the target's i-th tensor, given in the source's axes (None: the same).
    """
    result = Difference()
    a, b = list(leaves(ours)), list(leaves(theirs))
    if [path for path, _ in a] != [path for path, _ in b]:
        result.add("structure", math.inf, f"outputs {_names(a)} instead of {_names(b)}")
        return result
    for i, ((path, x), (_, y)) in enumerate(zip(a, b, strict=True)):
        name = f"output{path}"
        if x is None or y is None or isinstance(y, str):
            same = x is y or (isinstance(x, str) and x == y)
            result.add(name, 0.0 if same else math.inf, "" if same else f"{x!r:.40} instead of {y!r:.40}")
            continue
        result.add(name, *relative_error(np.asarray(x), permuted(np.asarray(y), permutation(permutations, i))))
    return result


def _names(items: list[tuple[str, Any]]) -> str:
    return ", ".join(path or "one tensor" for path, _ in items[:6]) or "nothing"


def permutation(permutations: list[list[int] | None] | None, i: int) -> list[int] | None:
    """The i-th permutation; a missing one is None."""
    return permutations[i] if permutations and i < len(permutations) else None


def permuted(array: Any, permutation: list[int] | None) -> Any:
    """The array with its axes in the given order; unchanged for None or another rank."""
    if permutation is None or array.ndim != len(permutation):
        return array
    return array.transpose(permutation)


def unpermuted(array: Any, permutation: list[int] | None) -> Any:
    """The inverse of `permuted`."""
    if permutation is None or array.ndim != len(permutation):
        return array
    return array.transpose(np.argsort(permutation))


def error_up_to_axes(a: np.ndarray, b: np.ndarray) -> float:
    """The smallest relative error of `a` against `b` over all orders of the axes of `b`; infinite if none fits."""
    best = math.inf
    if a.ndim != b.ndim or a.ndim > 6:
        return best
    for order in itertools.permutations(range(b.ndim)):
        if tuple(b.shape[i] for i in order) == a.shape:
            best = min(best, relative_error(a, b.transpose(order))[0])
    return best
