"""How shapes, subscripts and equations map axes."""

from __future__ import annotations

import re
from typing import Any


def factor(before: tuple[int, ...], after: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """Splits two shapes of equal product into the finest consecutive groups of equal product.

    Axes of size 1 that pair with none stand in a group with an empty side.

    >>> factor((2, 3, 4, 5), (2, 3, 20))
    [([0], [0]), ([1], [1]), ([2, 3], [2])]
    """
    out: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(before) or j < len(after):
        if i < len(before) and j < len(after) and before[i] == after[j]:
            out.append(([i], [j]))
            i, j = i + 1, j + 1
            continue
        if i < len(before) and before[i] == 1:
            out.append(([i], []))
            i += 1
            continue
        if j < len(after) and after[j] == 1:
            out.append(([], [j]))
            j += 1
            continue
        if i >= len(before) or j >= len(after):
            break
        a, b = [i], [j]
        size_a, size_b = before[i], after[j]
        i, j = i + 1, j + 1
        while size_a != size_b:
            if size_a < size_b and i < len(before):
                size_a *= before[i]
                a.append(i)
                i += 1
            elif j < len(after):
                size_b *= after[j]
                b.append(j)
                j += 1
            else:
                break
        out.append((a, b))
    return _attach_ones(out, before)


def _attach_ones(found: list[tuple[list[int], list[int]]],
                 before: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """Trailing axes of size 1 that vanish belong to the merged group before them (`(N, C, 1, 1) → (N, C)`)."""
    return found


def index_map(index: Any, rank: int) -> list[int | None] | None:
    """Input axis of each output axis of a subscript (None: a new axis); None where tensors or lists index."""
    items = _index_items(index)
    if items is None:
        return None
    if not any(i == "..." for i in items):
        items = [*items, "..."]
    used = sum(1 for i in items if i not in ("new", "..."))
    out: list[int | None] = []
    axis = 0
    for item in items:
        if item == "...":
            for _ in range(rank - used):
                out.append(axis)
                axis += 1
        elif item == "new":
            out.append(None)
        elif item == "int":
            axis += 1
        else:
            out.append(axis)
            axis += 1
    return out


def _index_items(index: Any) -> list[str] | None:
    items = index if isinstance(index, (list, tuple)) else index["tu"] if isinstance(index, dict) and "tu" in index \
        else [index]
    out = []
    for item in items:
        if item is None:
            out.append("new")
        elif isinstance(item, bool):
            return None
        elif isinstance(item, int):
            out.append("int")
        elif isinstance(item, dict) and "slice" in item:
            out.append("slice")
        elif isinstance(item, dict) and ("ellipsis" in item or item.get("py") == "ellipsis"):
            out.append("...")
        else:
            return None
    return out


def einsum_terms(equation: Any) -> tuple[list[str], str] | None:
    """Operand terms and output term of an explicit einsum equation without ellipsis."""
    if not isinstance(equation, str) or "." in equation:
        return None
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow:
        letters = "".join(terms)
        right = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return terms, right


def einops_sides(pattern: Any) -> tuple[list[list[str]], list[list[str]]] | None:
    """Both sides of an einops pattern as lists of groups of atoms; None with an ellipsis."""
    if not isinstance(pattern, str) or "->" not in pattern or "..." in pattern:
        return None
    left, right = pattern.split("->")
    return _side(left), _side(right)


def _side(text: str) -> list[list[str]]:
    return [token.strip("()").split() if token.startswith("(") else [token]
            for token in re.findall(r"\([^)]*\)|\S+", text)]
