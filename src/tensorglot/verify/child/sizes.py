"""Other batch, spatial and sequence sizes at which the source itself runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tensorglot.facts.inputs import InputSpec, parse_input, resized, with_batch

Specs = list[InputSpec]


def other_sizes(specs: Specs, sizes: Any, runs: Callable[[Specs], bool]) -> Iterator[tuple[str, Specs | None]]:
    """(label, inputs) to try; inputs are None where the source runs at no other size.

    `sizes` is "auto" or a list of input lists.
    """
    if sizes != "auto":
        for texts in sizes:
            yield ", ".join(texts), [parse_input(text) for text in texts]
        return
    yield _first("other batch", batches(specs), runs)
    yield _first("other size", extents(specs), runs)


def _first(label: str, candidates: Iterator[Specs], runs: Callable[[Specs], bool]) -> tuple[str, Specs | None]:
    for candidate in candidates:
        if runs(candidate):
            return f"{label}: {', '.join(map(str, candidate))}", candidate
    return label, None


def batches(specs: Specs) -> Iterator[Specs]:
    """The inputs with the size of the first axis, where they share one, changed."""
    size = next((s.shape[0] for s in specs if s.kind == "tensor" and s.shape), None)
    for other in (size + 1, 2 * size, 1) if size else ():
        if other != size:
            yield [with_batch(s, other) if _first_axis(s) == size else s for s in specs]


def _first_axis(spec: InputSpec) -> int | None:
    return spec.shape[0] if spec.kind == "tensor" and spec.shape else None


def extents(specs: Specs) -> Iterator[Specs]:
    """The inputs with spatial or sequence axes changed: images to another aspect first, which tells height from width.

    An axis is changed in all inputs that have its size at the same place.
    """
    for scale in ((3, 2), (1, 2), (2, 1)):
        for axes in ((-1,), (-2, -1), (-3, -2, -1), (-2,), (1,)):
            changed = [_scaled(spec, axes, scale) for spec in specs]
            if any(str(a) != str(b) for a, b in zip(changed, specs, strict=True)):
                yield changed


def _scaled(spec: InputSpec, axes: tuple[int, ...], scale: tuple[int, int]) -> InputSpec:
    if spec.kind != "tensor":
        return spec
    rank = len(spec.shape)
    places = [axis % rank for axis in axes if -rank <= axis < rank]
    if len(places) != len(axes) or 0 in places or len(set(places)) != len(places):
        return spec
    # The last axis of a sequence of features, as the channels of an image, is a hyper-parameter: the source refuses it.
    for place in places:
        spec = resized(spec, place, max(1, spec.shape[place] * scale[0] // scale[1]))
    return spec
