"""Calls of the project's functions on a tape: which events lie inside, and how arguments are handed over.

A function that is called with tensors of several axis orders can't be written for all of them. Where that would be so,
its arguments are handed over as values of their own, which may be stored in another order: the caller transposes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..lift.evidence import Event, Site
from ..pivot.nodes import Host, Node, Program


@dataclass
class Frame:
    """One call of a function: indices of its first event and of the event of the call (None: not seen to end)."""

    function: str
    start: int
    entered: dict[str, Any]
    end: int | None = None
    call: Event | None = None
    returned: set[int] = field(default_factory=set)

    def handed_over(self) -> list[tuple[int | str, int]]:
        """Tensors that are arguments by themselves and are not returned: position or keyword at the call, tensor."""
        if self.call is None or self.call.data.get("s") is None:
            return []
        given = [*enumerate(self.call.data["a"]), *self.call.data["kw"].items()]
        own = {v["t"] for v in self.entered.values() if isinstance(v, dict) and "t" in v}
        return [(place, v["t"]) for place, v in given
                if isinstance(v, dict) and v.get("t") in own and v["t"] not in self.returned]


def frames(events: list[Event]) -> list[Frame]:
    """The calls of a run, in the order in which they begin."""
    found: list[Frame] = []
    stack: list[Frame] = []
    for i, event in enumerate(events):
        kind = event.data["k"]
        if kind == "enter":
            stack.append(Frame(event.data["fn"], i, event.data["args"]))
            found.append(stack[-1])
        elif kind == "return" and stack and stack[-1].function == event.data["fn"]:
            stack[-1].returned |= set(_tensors(event.data.get("o")))
        elif kind in ("call", "layer") and any(f.function == event.callee for f in stack):
            while stack[-1].function != event.callee:
                stack.pop()
            frame = stack.pop()
            frame.end, frame.call = i, event
    return found


def _tensors(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        if "t" in value:
            yield value["t"]
        for part in value.values():
            yield from _tensors(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors(part)


def functions_at(program: Program, sites: Iterable[Site]) -> set[str]:
    """The functions (`pkg.mod:Class.method`) in whose bodies sites are."""
    wanted = set(sites)
    found: set[str] = set()
    for module in {m for m, _ in wanted}:
        for name, node in _functions(program.files[module].body, ""):
            if any((module, n.site) in wanted for n in node.walk() if n.site is not None):
                found.add(f"{module}:{name}")
    return found


def _functions(node: Node, prefix: str) -> Iterator[tuple[str, Host]]:
    for child in node.children():
        if isinstance(child, Host) and child.kind in ("FunctionDef", "AsyncFunctionDef"):
            yield prefix + child.fields["name"], child
            yield from _functions(child, f"{prefix}{child.fields['name']}.<locals>.")
        elif isinstance(child, Host) and child.kind == "ClassDef":
            yield from _functions(child, f"{prefix}{child.fields['name']}.")
        else:
            yield from _functions(child, prefix)
