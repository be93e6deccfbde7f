"""Tensors that a callee changes in place and that its caller reads afterwards.

In the source the caller sees the change (`x + self.block(x)`, where the block starts with an in-place ReLU); in the target
nothing changes in place. Found on the tape: an operand that an inner event overwrote, a result that is another tensor, a
later read in the same frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..catalog import registry
from ..lift.evidence import Event, Evidence, Site, site_of

#: Ops that leave alone what they made: applying one beforehand changes nothing for whoever applies it again.
IDEMPOTENT = frozenset({"relu", "relu6"})


@dataclass
class Aliasing:
    """`stale` reads that would miss a change, by site, with the call that made it; `ahead`: calls by site before whose
    statement the change can be made in the caller, as the op that makes it and the position of the argument;
    `rebinding`: sites that change their operand themselves; `handed_back`: calls that give back an argument which they
    changed, by site, with its position."""

    stale: dict[Site, Site] = field(default_factory=dict)
    ahead: dict[Site, tuple[str, int]] = field(default_factory=dict)
    rebinding: set[Site] = field(default_factory=set)
    handed_back: dict[Site, int] = field(default_factory=dict)


@dataclass
class _Frame:
    """One running function: all events in it, those inside the call under way, and tensors that finished calls changed."""

    function: str | None = None
    events: list[Event] = field(default_factory=list)
    inside: list[Event] = field(default_factory=list)
    changed: dict[int, tuple[Site, str | None, int]] = field(default_factory=dict)

    def add(self, events: list[Event]) -> None:
        self.events += events
        self.inside += events


def aliasing(evidence: Evidence, dialect: Any) -> Aliasing:
    """What the runs of a program show; nothing where none ran."""
    found = Aliasing()
    for events in evidence.runs:
        _scan(events, dialect, found)
    found.ahead = {call: how for call, how in found.ahead.items() if call not in found.stale.values()}
    return found


def _scan(events: list[Event], dialect: Any, found: Aliasing) -> None:
    made = {e.data["m"]: e for e in events if e.data["k"] == "new"}
    frames = [_Frame()]
    returned = None
    for event in events:
        kind, site = event.data["k"], site_of(event.data.get("s"))
        if kind == "call" and event.callee != returned:  # a function without a return statement
            _close(frames, event.callee)
        returned = event.data["fn"] if kind == "return" else None
        if kind == "enter":
            frames.append(_Frame(event.data["fn"]))
        elif kind == "return":
            if site is not None and frames[-1].function == event.data["fn"]:
                for tensor in _held(event.data.get("o")):
                    _read(tensor, site, frames[-1], found)
            _close(frames, event.data["fn"])
        elif kind in ("op", "call", "layer"):
            frame = frames[-1]
            if site is None:
                frame.add([event])
                continue
            if _in_place(event, made, dialect) not in (None, "setitem"):
                found.rebinding.add(site)
            _finish(event, site, frame, made, dialect, found)


def _close(frames: list[_Frame], function: str) -> None:
    """Ends the last frame of a function, and those above it, whose ends were not recorded."""
    while any(frame.function == function for frame in frames[1:]):
        done = frames.pop()
        frames[-1].add(done.events)
        if done.function == function:
            return


def _finish(event: Event, site: Site, frame: _Frame, made: dict[Any, Event], dialect: Any, found: Aliasing) -> None:
    """A call or op of a frame is done: what it read that was changed before, and what it changed itself."""
    result = event.data.get("o")
    for position, tensor in _tensors(event):
        _read(tensor, site, frame, found)
        readers = [e for e in frame.inside if any(t == tensor for _, t in _tensors(e))]
        ops = [_in_place(e, made, dialect) for e in readers]
        changes = [op for op in ops if op]
        if isinstance(result, dict) and result.get("t") == tensor:
            if changes:
                found.handed_back[site] = position
        elif changes:
            only = ops[0] if len(changes) == 1 and ops[0] in IDEMPOTENT else None
            frame.changed[tensor] = (site, only, position)
    frame.inside = []
    frame.events.append(event)


def _read(tensor: int, site: Site, frame: _Frame, found: Aliasing) -> None:
    """A tensor is read in a frame, or returned: another call may have changed it before."""
    before = frame.changed.get(tensor)
    if before is not None and before[0] != site:
        call, op, place = before
        if op is not None:
            found.ahead[call] = (op, place)
        else:
            found.stale[site] = call


def _held(value: Any) -> list[int]:
    """Ids of the tensors in a recorded value."""
    if not isinstance(value, dict):
        return []
    items = value.get("tu") or value.get("l") or list(value.get("d", {}).values())
    return [value["t"]] if "t" in value else [t for item in items for t in _held(item)]


def _tensors(event: Event) -> Iterator[tuple[int, int]]:
    """Positions and ids of the tensors that an event reads."""
    for position, value in enumerate(event.data.get("a", ())):
        if isinstance(value, dict) and "t" in value:
            yield position, value["t"]


def _in_place(event: Event, made: dict[Any, Event], dialect: Any) -> str | None:
    """The canonical op by which an event overwrites its first operand; None where it does not."""
    first = next(iter(event.data.get("a", ())), None)
    if event.callee == "operator.setitem" and isinstance(first, dict) and "t" in first:
        return "setitem"
    if not (isinstance(first, dict) and "t" in first and event.data.get("o") == first):
        return None
    callee = dialect.canonical(dialect.public(event.callee))
    entries = registry.lookup(dialect.PREFIX, callee)
    name = entries[0].name if entries else callee
    if callee.startswith("Tensor.") and callee.endswith("_"):
        return name
    source = made.get(event.data.get("m"), event) if event.data["k"] == "layer" else event
    words = dict(source.data.get("kw", {}))
    for entry in entries:
        for signature in entry.signatures.get(dialect.PREFIX, ()):
            if signature.callee == callee:
                words |= dict(zip((p.name for p in signature.params), source.data.get("a", ()), strict=False))
    return name if words.get("inplace") is True else None
