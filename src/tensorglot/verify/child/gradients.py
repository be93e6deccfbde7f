"""Carries the target's gradients back to the source's parameters, so that the two can be compared.

If weights move as b = M a, then grad_a = M^T grad_b. Every rule here only moves, copies or adds entries, so M has
entries 0 and 1 and its transpose can be read off by sending indices through the rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorglot.weights import steps as st
from tensorglot.weights.layer_rules import LAYER_RULES
from tensorglot.weights.pairing import Move, Pairing


def pull_back(pairing: Pairing, gradients: dict[int, np.ndarray]) -> dict[int, np.ndarray | None]:
    """Gradients by source tensor from those by target tensor; None where no target tensor had one.

    Contributions of a tensor that the source ties and the target does not are added.
    """
    found: dict[int, np.ndarray | None] = {}
    counted: set[tuple[int, int]] = set()
    for move in pairing.moves:
        if move.kind == "moved":
            a, b = move.sources[0], move.targets[0]
            if not a.trainable or (a.key, b.key) in counted:
                continue
            counted.add((a.key, b.key))
            gradient = gradients.get(b.key)
            _add(found, a.key, None if gradient is None else st.apply(st.invert(move.steps, a.shape), gradient))
        elif move.kind == "converted":
            for tensor, gradient in zip(move.sources, _converted(move, gradients), strict=True):
                if tensor.trainable:
                    _add(found, tensor.key, gradient)
    return found


def _add(found: dict[int, np.ndarray | None], key: int, gradient: np.ndarray | None) -> None:
    known = found.get(key)
    found[key] = known if gradient is None else gradient if known is None else known + gradient


def _converted(move: Move, gradients: dict[int, np.ndarray]) -> list[np.ndarray | None]:
    forward: Any = LAYER_RULES[move.convert].forward
    keys = dict(zip(move.target_names, (t.key for t in move.targets), strict=True))
    zeros = {name: np.zeros(t.shape) for name, t in zip(move.source_names, move.sources, strict=True)}
    out: list[np.ndarray | None] = []
    for name in move.source_names:
        indices = np.arange(1, zeros[name].size + 1, dtype=np.float64).reshape(zeros[name].shape)
        total, reached = np.zeros(zeros[name].size), False
        for target, index in forward({**zeros, name: indices}, move.config).items():
            gradient = gradients.get(keys[target])
            here = index > 0
            if gradient is not None and here.any():
                np.add.at(total, np.rint(index[here]).astype(np.int64) - 1, gradient[here])
                reached = True
        out.append(total.reshape(zeros[name].shape) if reached else None)
    return out
