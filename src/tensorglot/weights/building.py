"""Building layers of a live Keras model that no call has reached: an expert that was not chosen, a branch not taken."""

from __future__ import annotations

import re
from typing import Any

from ..catalog.registry import Entry
from .trees import Node, keras_subtree


def built(a: Node, b: Node, entry: Entry, source: str, outer: Node) -> Node | None:
    """The tree of `outer`'s layer, `b` or a wrapper of it, after it was built for inputs that fit the weights of `a`.

    None where these don't tell.
    """
    shape = _input_shape(a, b.handle, entry, source)
    if shape is None or outer.handle is None:
        return None
    try:
        outer.handle.build(*shape)
    except Exception:  # noqa: BLE001 - a layer with a `build` of its own kind: it is reported as not built
        return None
    return keras_subtree(outer.handle, outer.path) if outer.handle.built else None


def _input_shape(a: Node, layer: Any, entry: Entry, source: str) -> tuple[Any, ...] | None:
    """The arguments of the target layer's `build`."""
    if entry.name == "embedding":
        return (None,)
    for weight in entry.params:
        attribute, axes = weight.places.get(source, ("", ()))
        found = a.find(attribute)
        if found is None or found.tensor is None:
            continue
        shape = found.tensor.shape
        spatial = len(shape) - sum(axis != "S*" for axis in axes)
        if "I" in axes and "O" in axes and len(axes) - ("S*" in axes) == 2:
            size = shape[axes.index("I") if axes.index("I") == 0 else len(shape) - spatial - 1]
            if axes.index("O") == 0:  # a kernel holds the inputs of one group
                size *= getattr(layer, "groups", 1)
            return ((None, *[None] * spatial, size),)
        if tuple(axes) == ("C",) and entry.rule == "last":
            return ((None, shape[0]),)
        if tuple(axes) == ("C",) and entry.rule == "channel":
            digits = next((m for name in a.classes if (m := re.search(r"(\d)d$", name))), None)
            rank = int(digits.group(1)) if digits else 0
            return ((None, *[None] * rank, shape[0]),) if rank > 1 else None
    return None
