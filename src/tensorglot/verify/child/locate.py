"""Names the first module whose output differs."""

from __future__ import annotations

import numpy as np

from tensorglot.verify.compare import error_up_to_axes

SourceRecord = list[tuple[str, list[np.ndarray], list[np.ndarray]]]
TargetRecord = list[tuple[int, list[np.ndarray], list[np.ndarray]]]


def first_difference(theirs: SourceRecord, ours: TargetRecord, handles: dict[str, tuple[str, int]],
                     tolerance: float) -> str:
    """A sentence about the first source module whose counterpart gave something else, in the order calls end.

    `handles` maps a source path to (target path, identity of the target's layer). Tensors are compared up to the order
    of their axes. Where the inputs differ already, the fault lies in the code before the module.
    """
    calls: dict[int, int] = {}
    by_layer: dict[int, list[tuple[list[np.ndarray], list[np.ndarray]]]] = {}
    for key, inputs, outputs in ours:
        by_layer.setdefault(key, []).append((inputs, outputs))
    for path, inputs, outputs in theirs:
        if path not in handles:
            continue
        target, key = handles[path]
        occurrence = calls.get(key, 0)
        calls[key] = occurrence + 1
        if key not in by_layer:
            continue  # a container or a layer that the target applies otherwise
        if occurrence >= len(by_layer[key]):
            return f"{path or 'the model'} is called more often than {target or 'the target model'}"
        mine = by_layer[key][occurrence]
        error = _worst(mine[1], outputs)
        if error > tolerance:
            before = _worst(mine[0], inputs)
            where = f"{path or 'the model itself'} -> {target or 'the model itself'} (call {occurrence + 1})"
            if before > tolerance:
                return f"{where}: its inputs differ by {before:.1e} already; see the code before this call"
            return f"{where}: equal inputs, outputs differ by {error:.1e}"
    return ""


def _worst(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if b.dtype.kind == "f"]
    return max((error_up_to_axes(a, b) for a, b in pairs), default=0.0)
