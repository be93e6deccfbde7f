"""Carries the target's gradients back to the source's parameters, so that the two can be compared.

If weights move as b = M a, then grad_a = M^T grad_b. Every rule here only moves, copies or adds entries, so M has
entries 0 and 1 and its transpose can be read off by sending indices through the rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tensorglot.verify.compare import Difference, relative_error
from tensorglot.weights import steps as st
from tensorglot.weights.layer_rules import LAYER_RULES
from tensorglot.weights.pairing import Move, Pairing

Named = Mapping[str, np.ndarray | None]

_EPSILON = float(np.finfo(np.float32).eps)
#: An exact gradient this much smaller than the largest of the model counts as zero.
_VANISHING = 1e-9
#: The share of the largest gradient to which float32 gradients are relative at least.
_CANCELLED = 1e-2
#: How often the source's own rounding is sampled at most.
_DRAWS = 4


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


def both(mine: Named, their: Named) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(name, target's, source's) of all tensors that have a gradient in either; no gradient counts as zero."""
    pairs = []
    for name in mine:
        a, b = mine[name], their.get(name)
        shape = next((x.shape for x in (a, b) if x is not None), None)
        if shape is not None:
            pairs.append((name, np.zeros(shape) if a is None else a, np.zeros(shape) if b is None else b))
    return pairs


def against_own_rounding(mine: Named, draws: Iterator[tuple[Named, Named]], factor: float) -> tuple[Difference, float]:
    """Holds float32 gradients against the source's own difference between float32 and float64.

    `draws` yields the source's gradients in both precisions; the first pair belongs to `mine`. The own difference is
    the largest over the model's tensors, but for those whose exact gradient vanishes (a bias before a batch norm):
    what they hold is rounding, and they are held against their own. Rounding is a matter of luck in small models:
    before a failure is stated, it is sampled by other draws. Returns the tensor nearest to its limit and its own
    difference.
    """
    own: dict[str, float] = {}
    errors: dict[str, float] = {}
    exact: Named = {}
    for count, (single, double) in enumerate(draws):
        if not count:
            exact = double
            errors = {name: relative_error(a, b)[0] for name, a, b in both(mine, exact)}
        for name, a, b in both(single, double):
            own[name] = max(own.get(name, 0.0), relative_error(a, b)[0])
        worst, limit = _nearest(errors, own, exact)
        if not errors or errors[worst] <= factor * limit or count + 1 == _DRAWS:
            break
    return Difference(errors.get(worst, 0.0), worst, len(errors)), limit


def in_single_precision(mine: Named, their: Named, disturbed: Named) -> tuple[Difference, float]:
    """Float32 gradients against float32 ones, of a source that has none in float64; and the source's own difference,
    between its gradients and those where its numbers are disturbed by their rounding.

    What cancels out exactly is rounding of the size of other gradients, not of its own: errors are relative to a
    gradient's size, or to a hundredth of the model's largest where that is more.
    """
    floor = _CANCELLED * max((float(np.abs(b).max(initial=0.0)) for b in their.values() if b is not None), default=0.0)

    def compared(one: Named, other: Named) -> Difference:
        found = Difference()
        for name, a, b in both(one, other):
            size = float(np.abs(b).max(initial=0.0))
            error, note = relative_error(a, b)
            found.add(name, error * min(1.0, max(size, 1e-6) / max(floor, 1e-6)), note)
        return found

    return compared(mine, their), compared(disturbed, their).error


def _nearest(errors: Mapping[str, float], own: Mapping[str, float], exact: Named) -> tuple[str, float]:
    """The tensor whose error is largest in terms of the own difference that counts for it, and the latter."""
    sizes = {name: 0.0 if (g := exact.get(name)) is None else float(np.abs(g).max(initial=0.0)) for name in errors}
    vanishing = _VANISHING * max(sizes.values(), default=0.0)
    typical = max([_EPSILON, *(own.get(name, 0.0) for name in errors if sizes[name] > vanishing)])
    limits = {name: max(own.get(name, 0.0), typical) for name in errors}
    ratios = {name: errors[name] / limit if math.isfinite(limit) else 0.0 for name, limit in limits.items()}
    worst = max(ratios, key=lambda name: ratios[name], default="")
    return worst, limits.get(worst, typical)
