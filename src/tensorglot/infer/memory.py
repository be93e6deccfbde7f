"""Tensors that share memory: what else changes when one of them is changed in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..lift.evidence import Event, Site, site_of
from ..pivot.nodes import Host, Program

#: Statements that hold no other statement.
_SIMPLE = ("Expr", "Assign", "AugAssign", "AnnAssign", "Return")


class Memory:
    """What the events of one run have made so far, and what shares memory with it."""

    def __init__(self, statements: dict[Site, Any]) -> None:
        self.statements = statements
        self.makers: dict[int, Event] = {}
        self.groups: dict[int, list[int]] = {}

    def seen(self, event: Event, tensors: Iterable[int]) -> None:
        """An event is done: its tensors exist from now on."""
        made = event.data.get("o")
        for tensor in tensors:
            group = self.groups.setdefault(_owner(event, tensor), [])
            if tensor not in group:
                group.append(tensor)
                if event.data["k"] == "op" and made == {"t": tensor}:
                    self.makers[tensor] = event

    def written(self, event: Event) -> set[int]:
        """Tensors that get their new value with the code of an in-place event: its operand, and what that was taken from in
        the same statement (`x` in `x[i].add_(1)`)."""
        tensor = event.data["a"][0]["t"]
        found = {tensor}
        statement = self._statement(event)
        while statement is not None and tensor in self.makers:
            maker = self.makers[tensor]
            first = next(iter(maker.data.get("a", ())), None)
            if self._statement(maker) != statement or not isinstance(first, dict) or \
                    "t" not in first or first["t"] in found or not overlap(event, tensor, first["t"]):
                break
            tensor = first["t"]
            found.add(tensor)
        return found

    def _statement(self, event: Event) -> Any:
        site = site_of(event.data.get("s"))
        return self.statements.get(site) if site is not None else None

    def others(self, event: Event, written: set[int]) -> set[int]:
        """Tensors that an in-place event changes as well, because they show the same memory."""
        tensor = event.data["a"][0]["t"]
        return {other for other in self.groups.get(_owner(event, tensor), ())
                if other not in written and overlap(event, tensor, other)}


def overlap(event: Event, one: int, other: int) -> bool:
    """True where two tensors of a run have elements in common."""
    import numpy as np

    if _owner(event, one) != _owner(event, other):
        return False
    tensors: dict[Any, Any] = event.tensors
    places = [_places(tensors[t]) for t in (one, other) if "view" in tensors[t]]
    return len(places) < 2 or bool(np.isin(places[0], places[1]).any())


def statements(program: Program) -> dict[Site, Any]:
    """The simple statement that every site of a program stands in, as far as it stands in one."""
    found: dict[Site, Any] = {}
    for module, file in program.files.items():
        for number, statement in enumerate(n for n in file.body.walk() if isinstance(n, Host) and n.kind in _SIMPLE):
            for node in statement.walk():
                if node.site is not None:
                    found[module, node.site] = module, number
    return found


def _owner(event: Event, tensor: int) -> int:
    tensors: dict[Any, Any] = event.tensors
    owner: int = tensors[tensor].get("view", (tensor,))[0]
    return owner


def _places(tensor: dict[str, Any]) -> Any:
    """Positions in memory of a view's elements, as a numpy array."""
    import numpy as np

    _, offset, strides = tensor["view"]
    places = np.asarray([offset])
    for size, stride in zip(tensor["shape"], strides, strict=True):
        places = np.add.outer(places, np.arange(size) * stride).ravel() if stride else places if size else places[:0]
    return places
