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
from ..lift.scope import targets
from ..pivot.nodes import Host, Node, Op, Program
from .memory import Memory, statements

#: Ops that leave alone what they made: applying one beforehand changes nothing for whoever applies it again.
IDEMPOTENT = frozenset({"relu", "relu6"})


@dataclass
class Aliasing:
    """`stale` reads that would miss a change, by site, with the call that made it; `ahead`: calls by site before whose
    statement the change can be made in the caller, as the op that makes it and the position of the argument;
    `rebinding`: sites that change their operand themselves; `handed_back`: calls that give back an argument which they
    changed, by site, with its position; `returning`: functions that return nothing and change one argument, with its name:
    in the target they return it."""

    stale: dict[Site, Site] = field(default_factory=dict)
    ahead: dict[Site, tuple[str, int | str]] = field(default_factory=dict)
    rebinding: set[Site] = field(default_factory=set)
    handed_back: dict[Site, int | str] = field(default_factory=dict)
    returning: dict[str, str] = field(default_factory=dict)


@dataclass
class _Frame:
    """One running function with its arguments: all events in it, those inside the call under way, the arguments of the
    function that ended last, and tensors that finished calls changed."""

    function: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    inside: list[Event] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)
    changed: dict[int, tuple[Site, str | None, int | str]] = field(default_factory=dict)

    def add(self, events: list[Event]) -> None:
        self.events += events
        self.inside += events


def aliasing(evidence: Evidence, dialect: Any, program: Program) -> Aliasing:
    """What the runs of a program show; nothing where none ran."""
    procedures = {f"{module}:{name}": _changes(node, module) for module, file in program.files.items()
                  for name, node in _procedures(file.body, "")} if evidence.ran else {}
    found = Aliasing()
    places = statements(program) if evidence.ran else {}
    for events in evidence.runs:
        _Scan(events, dialect, found, procedures, Memory(places)).walk()
    found.ahead = {call: how for call, how in found.ahead.items() if call not in found.stale.values()}
    return found


def _procedures(node: Node, prefix: str) -> Iterator[tuple[str, Host]]:
    """The functions below a node that return no value, as far as their code says, by qualified name."""
    for child in node.children():
        inner = prefix
        if isinstance(child, Host) and child.kind == "ClassDef":
            inner = f"{prefix}{child.fields['name']}."
        elif isinstance(child, Host) and child.kind == "FunctionDef":
            if not _gives(child):
                yield prefix + child.fields["name"], child
            inner = f"{prefix}{child.fields['name']}.<locals>."
        yield from _procedures(child, inner)


def _gives(node: Node) -> bool:
    """True for a function, or a part of one, that returns or yields a value."""
    return any(isinstance(n, Host) and (n.kind == "Return" and n.fields.get("value") is not None or
                                        n.kind in ("Yield", "YieldFrom")) or
               not (isinstance(n, Host) and n.kind in ("FunctionDef", "Lambda", "ClassDef")) and _gives(n)
               for n in node.children())


def _changes(function: Host, module: str) -> dict[Site, str]:
    """Where a function changes, in place and by name, what names hold that it never binds anew."""
    bound = {name for node in function.walk() if isinstance(node, Host) and node.kind != "AugAssign"
             for name in targets(node)}
    found: dict[Site, str] = {}
    for node in function.walk():
        names = targets(node) - bound if isinstance(node, Host) and node.kind == "AugAssign" else set()
        value = node.fields["value"] if isinstance(node, Host) and node.kind == "Expr" else node
        x = value
        while isinstance(x, Op) and (x.style == "inplace" or x.op in ("getitem", "stop_gradient")):
            x = x.args["x"]
        if isinstance(value, Op) and value.style == "inplace" and isinstance(x, Host) and x.kind == "Name":
            names = {x.fields["id"]} - bound
        if node.site is not None:
            for name in names:
                found[module, node.site] = name
    return found


@dataclass
class _Effect:
    """What an event changes: by which op, what its code gives a new value, and what else shows the same memory."""

    op: str
    written: set[int]
    others: set[int]

    def changes(self, tensor: int) -> bool:
        return tensor in self.written or tensor in self.others


class _Scan:
    """One walk over the events of a run."""

    def __init__(self, events: list[Event], dialect: Any, found: Aliasing, procedures: dict[str, dict[Site, str]],
                 memory: Memory) -> None:
        self.events, self.dialect, self.found, self.procedures, self.memory = events, dialect, found, procedures, memory
        self.made = {e.data["m"]: e for e in events if e.data["k"] == "new"}
        #: Of events, by identity, that change their operand.
        self.effects: dict[int, _Effect] = {}

    def walk(self) -> None:
        """Fills what is found."""
        frames = [_Frame()]
        returned = None
        for event in self.events:
            kind, site = event.data["k"], site_of(event.data.get("s"))
            if kind == "call" and event.callee != returned:  # a function without a return statement
                _close(frames, event.callee)
            returned = event.data["fn"] if kind == "return" else None
            if kind == "enter":
                frames.append(_Frame(event.data["fn"], event.data.get("args", {})))
            elif kind == "return":
                if site is not None and frames[-1].function == event.data["fn"]:
                    for tensor in _held(event.data.get("o")):
                        _read(tensor, site, frames[-1], self.found)
                _close(frames, event.data["fn"])
            elif kind in ("op", "call", "layer"):
                self.done(event, site, frames[-1])

    def done(self, event: Event, site: Site | None, frame: _Frame) -> None:
        """A call or op of a frame is done: what it read that was changed before, and what it changed itself."""
        op = _in_place(event, self.made, self.dialect)
        if op:
            written = self.memory.written(event)
            self.effects[id(event)] = _Effect(op, written, self.memory.others(event, written))
        self.memory.seen(event, [*(t for _, t in _tensors(event)), *_held(event.data.get("o"))])
        if site is None:
            frame.add([event])
            return
        if op not in (None, "setitem") and not event.callee.startswith("operator."):
            self.found.rebinding.add(site)
        self.finish(event, site, frame)

    def finish(self, event: Event, site: Site, frame: _Frame) -> None:
        """Takes what a frame's call or op changed into the frame."""
        result = event.data.get("o")
        changed: dict[int, tuple[Site, str | None, int | str]] = {}
        inside = [(e, self.effects[id(e)]) for e in frame.inside if id(e) in self.effects]
        for position, tensor in _tensors(event):
            if not _reads_kind_only(event.callee):
                _read(tensor, site, frame, self.found)
            first = next((e for e in frame.inside if any(t == tensor for _, t in _tensors(e))), None)
            changes = [(e, effect.op) for e, effect in inside if effect.changes(tensor)]
            if isinstance(result, dict) and result.get("t") == tensor:
                if changes:
                    self.found.handed_back[site] = position
            elif changes:
                changer, op = changes[0]
                only = op if len(changes) == 1 and changer is first and op in IDEMPOTENT else None
                changed[tensor] = (site, only, position)
        if len(changed) == 1 and event.callee in self.procedures:
            tensor, (_, _, position) = next(iter(changed.items()))
            names = [name for name, value in frame.ended.items() if value == {"t": tensor}]
            known = self.procedures[event.callee]
            places = [site_of(e.data.get("s")) for e, effect in inside if effect.changes(tensor)]
            if len(names) == 1 and all(place is not None and known.get(place) == names[0] for place in places) and \
                    self.found.returning.setdefault(event.callee, names[0]) == names[0]:
                self.found.handed_back[site] = position
                changed = {}
        given = {tensor for _, tensor in _tensors(event)} | set(_held(result))
        own = self.effects.get(id(event))
        others = set().union(*(effect.others for _, effect in inside), own.others if own else ()) - given
        frame.changed |= changed | {tensor: (site, None, 0) for tensor in others}
        frame.inside = []
        frame.events.append(event)


def _close(frames: list[_Frame], function: str) -> None:
    """Ends the last frame of a function, and those above it, whose ends were not recorded."""
    while any(frame.function == function for frame in frames[1:]):
        done = frames.pop()
        frames[-1].add(done.events)
        frames[-1].ended = done.arguments
        if done.function == function:
            return


def _read(tensor: int, site: Site, frame: _Frame, found: Aliasing) -> None:
    """A tensor is read in a frame, or returned: another call may have changed it before."""
    before = frame.changed.get(tensor)
    if before is not None and before[0] != site:
        call, op, place = before
        if op is not None:
            found.ahead[call] = (op, place)
        else:
            found.stale[site] = call


def _reads_kind_only(callee: str) -> bool:
    """True for functions that take from a tensor its shape, dtype or device alone (`x.new_zeros(…)`, `zeros_like(x)`)."""
    name = callee.rpartition(".")[2]
    return name.startswith("new_") or name.endswith("_like") or name in ("size", "shape", "dim", "numel")


def _held(value: Any) -> list[int]:
    """Ids of the tensors in a recorded value."""
    if not isinstance(value, dict):
        return []
    items = value.get("tu") or value.get("l") or list(value.get("d", {}).values())
    return [value["t"]] if "t" in value else [t for item in items for t in _held(item)]


def _tensors(event: Event) -> Iterator[tuple[int | str, int]]:
    """Positions or keywords, and ids, of the tensors that an event reads, also in lists."""
    for place, value in [*enumerate(event.data.get("a", ())), *event.data.get("kw", {}).items()]:
        for tensor in _held(value):
            yield place, tensor


def _in_place(event: Event, made: dict[Any, Event], dialect: Any) -> str | None:
    """The canonical op by which an event overwrites its first operand; None where it does not."""
    first = next(iter(event.data.get("a", ())), None)
    if event.callee == "operator.setitem" and isinstance(first, dict) and "t" in first:
        return "setitem"
    if not (isinstance(first, dict) and "t" in first and event.data.get("o") == first):
        return None
    if event.callee.startswith("operator.i"):
        return event.callee
    callee = dialect.canonical(dialect.public(event.callee))
    entries = registry.lookup(dialect.PREFIX, callee)
    name = entries[0].name if entries else callee
    if callee.startswith("Tensor.") and callee.endswith("_"):
        return name
    source = made.get(event.data.get("m"), event) if event.data["k"] == "layer" else event
    words = dict(source.data.get("kw", {}))
    for entry in entries:
        for signature in entry.sources(dialect.PREFIX):
            if signature.callee == callee:
                words |= dict(zip((p.name for p in signature.params), source.data.get("a", ()), strict=False))
    return name if words.get("inplace") is True else None
