"""Layers whose weight is computed from other tensors, and the target's wrappers around layers (catalog: `wraps`).

Of a wrapper's weights `kernel` stands for the wrapped layer's own; in the target its place is that of the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tensorglot.catalog.registry import Entry, Weight, lookup
from tensorglot.weights import steps as st
from tensorglot.weights.trees import Node, Tensor

#: The name of a layer's main weight in the catalog.
KERNEL = "kernel"


@dataclass(frozen=True)
class Wrapper:
    """What the catalog says of a source layer `a` and a wrapper `b` of the target; `weights` are those that `a` has."""

    a: Node
    b: Node
    weights: tuple[Weight, ...]
    kernel: Weight
    source: str
    target: str

    def held(self) -> Node:
        """The source's layer as if it were not wrapped: with the tensor behind its weight in the weight's place."""
        parts = {w.places[self.source][0].partition(".")[0] for w in self.weights}
        children = {name: child for name, child in self.a.children.items() if name not in parts}
        behind = self.a.find(self.kernel.places[self.source][0])
        assert behind is not None
        return replace(self.a, children={**children, self._own_kernel(self.a, self.source): behind})

    def layer(self, b: Node) -> Node:
        """The layer inside the target's wrapper."""
        return b.children[self.kernel.places[self.target][0]]

    def tensors(self) -> Iterator[tuple[Tensor, str, tuple[str, ...]]]:
        """The source's other tensors, each with its place in the target's wrapper and its role (`along`, `others`)."""
        for weight in self.weights:
            place, axes = weight.places[self.source]
            node = self.a.find(place)
            if weight is not self.kernel and node is not None and node.tensor is not None:
                yield node.tensor, weight.places[self.target][0], axes

    def order(self, entry: Entry, tensor: Tensor, role: tuple[str, ...]) -> tuple[tuple[str, ...], list[st.Step]]:
        """The axes of a tensor in the source where single ones have a name, and steps to the target's order.

        `entry` is that of the wrapped layer.
        """
        kernel = next(w for w in entry.params if w.name == KERNEL)
        behind = self.a.find(self.kernel.places[self.source][0])
        assert behind is not None and behind.tensor is not None
        shape = behind.tensor.shape
        here, there = (st.expand(kernel.places[f][1], len(shape) - 2) for f in (self.source, self.target))
        axis = self.b.options()["axis"]
        along = there[axis] if axis is not None else None
        if role == ("along",):
            return (tuple(a if a == along else "1" for a in here) if len(tensor.shape) > 1 else (along or "1",)), []
        rest = [a for a in here if a != along]
        order = [rest.index(a) for a in there if a != along]
        sizes = [size for a, size in zip(here, shape, strict=True) if a != along]
        return (tuple(rest) if len(rest) == 1 else ()), st.regroup(tensor.shape, 0, sizes, order)

    def _own_kernel(self, node: Node, framework: str) -> str:
        """The name of the weight in the layer that is wrapped."""
        entries = [e for name in node.classes for e in lookup(framework, name) if e.kind == "layer"]
        return next(w.places[framework][0] for e in entries for w in e.params if w.name == KERNEL)


def wrapper(a: Node, b: Node, source: str, target: str) -> Wrapper | None:
    """The wrapper that `b` is, if `a` has the tensors for it."""
    for entry in (e for name in b.classes for e in lookup(target, name) if e.wraps):
        weights = tuple(w for w in entry.params if source in w.places and a.find(w.places[source][0]))
        kernel = next((w for w in weights if w.name == KERNEL), None)
        if kernel is not None:
            return Wrapper(a, b, weights, kernel, source, target)
    return None
