"""The tape as the layout pass sees it: values with axes, and calls bound to catalog entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..catalog import registry
from ..catalog.binding import bind
from ..catalog.codecs import Decline
from ..catalog.registry import Entry, Signature
from ..lift.evidence import Event, Evidence, Site, is_host_item, site_of
from ..lift.objects import held_class
from .frames import Frame, frames

KINDS = ("N", "S", "C")


class Axis:
    """One axis class (union-find): its kind, and whether its size is proven to be 1."""

    __slots__ = ("parent", "_kind")

    def __init__(self) -> None:
        self.parent: Axis | None = None
        self._kind: str | None = None

    def root(self) -> Axis:
        node = self
        while node.parent is not None:
            if node.parent.parent is not None:
                node.parent = node.parent.parent
            node = node.parent
        return node

    @property
    def kind(self) -> str | None:
        return self.root()._kind

    def demand(self, kind: str | None) -> bool:
        """Gives the class a kind; a contradiction makes it ``X`` (kept in place). True if anything changed."""
        root = self.root()
        if kind is None or root._kind == kind or root._kind == "X":
            return False
        root._kind = kind if root._kind is None else "X"
        return True

    def join(self, other: Axis) -> None:
        """Makes both one class."""
        a, b = self.root(), other.root()
        if a is b:
            return
        kind = b._kind
        b.parent = a
        a.demand(kind)


@dataclass
class Value:
    """One tensor of one run, in the source's axis order."""

    key: tuple[int, int]
    shape: tuple[int, ...]
    dtype: str
    info: dict[str, Any]
    axes: list[Axis] = field(default_factory=list)
    owner: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self.axes = [Axis() for _ in self.shape]

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def held(self) -> bool:
        """True for a tensor inside an object, which can't be transposed where the object is used."""
        return bool(self.info.get("held"))


@dataclass
class Call:
    """One event bound to a catalog entry.

    `site` is where arguments with axis meaning are written (a layer's constructor); `at` where it is applied
    (None: inside a container); `inputs` the tensors among the arguments with their canonical names.
    """

    entry: Entry
    args: dict[str, Any]
    inputs: list[tuple[str, Value]]
    outputs: list[Value]
    site: Site | None
    at: Site | None
    event: Event
    owner: tuple[str, str] | None = None
    framework: str = ""
    #: Position or keyword of an argument that a function of the project is given.
    argument: int | str | None = None

    @property
    def slot(self) -> Any:
        """What identifies the written call: occurrences with the same slot share one text."""
        return ("argument", self.at, self.argument) if self.argument is not None else self.at or ("layer", self.site)

    @property
    def rule(self) -> list[str]:
        return self.entry.rule.split()


class Tape:
    """All runs: values by (run, tensor id), calls in order.

    Functions in `split` have arguments that are values of their own (`infer/frames.py`), with negative ids.
    """

    def __init__(self, evidence: Evidence, dialect: Any, ops: dict[Site, str], split: Collection[str] = ()):
        self.dialect = dialect
        self.ops = ops
        self.values: dict[tuple[int, int], Value] = {}
        self.by_path: dict[tuple[int, str], Value] = {}
        self.calls: list[Call] = []
        self.others: list[Event] = []
        self.made: dict[tuple[int, Any], Any] = {
            (e.run, e.data["m"]): e.data for run in evidence.runs for e in run if e.data["k"] == "new"}
        self._inside: dict[int, dict[int, Value]] = {}
        self._handed = 0
        self._returned: Event | None = None
        for number, run in enumerate(evidence.runs):
            begins = {f.start: f for f in frames(run) if f.function in split and f.end is not None}
            open_frames: list[tuple[int, dict[int, Value]]] = []
            for i, event in enumerate(run):
                if open_frames and open_frames[-1][0] == i:
                    open_frames.pop()
                if i in begins:
                    open_frames.append((begins[i].end or 0, self._entered(begins[i], open_frames)))
                if open_frames:
                    self._inside[id(event)] = open_frames[-1][1]
                call = self._call(number, event)
                if call is not None:
                    self.calls.append(call)
                else:
                    self.others.append(event)

    def _entered(self, frame: Frame, outer: list[tuple[int, dict[int, Value]]]) -> dict[int, Value]:
        """The values inside a call that are not those outside, by tensor id; notes how they are handed over."""
        event = frame.call
        assert event is not None
        inside = dict(outer[-1][1]) if outer else {}
        site = site_of(event.data.get("s"))
        for place, tensor in frame.handed_over():
            x = inside.get(tensor) or self.value(event, tensor)
            if x.info.get("param") or x.info.get("buffer") or x.held:
                continue
            self._handed += 1
            own = Value((event.run, -self._handed), x.shape, x.dtype, {})
            self.values[own.key] = inside[tensor] = own
            self.calls.append(Call(_ARGUMENT, {}, [("x", x)], [own], site, site, event, None, self.dialect.PREFIX, place))
        return inside

    def value(self, event: Event, tensor: int) -> Value:
        """The value of a tensor id in the event's run; tensors registered under one path are one value."""
        own = self._inside.get(id(event), {}).get(tensor)
        if own is not None:
            return own
        key = (event.run, tensor)
        if key not in self.values:
            info = event.tensors[tensor]  # type: ignore[index]
            made = Value(key, tuple(info["shape"]), info["dtype"], info)
            path = info.get("path")
            if path is not None:
                made.owner = owner_of(event.modules, path)
            if path is not None and (info.get("param") or info.get("buffer")):
                known = self.by_path.get((event.run, path))
                if known is not None and known.shape == made.shape:
                    made = known
                self.by_path[event.run, path] = made
            self.values[key] = made
        return self.values[key]

    def tensors(self, event: Event, value: Any) -> list[Value]:
        """All tensors in an encoded value, in order."""
        if isinstance(value, dict):
            if "t" in value:
                return [self.value(event, value["t"])]
            for tag in ("l", "tu"):
                if tag in value:
                    return [t for v in value[tag] for t in self.tensors(event, v)]
            if "d" in value:
                return [t for v in value["d"].values() for t in self.tensors(event, v)]
        if isinstance(value, (list, tuple)):
            return [t for v in value for t in self.tensors(event, v)]
        return []

    def _call(self, run: int, event: Event) -> Call | None:
        kind = event.data["k"]
        if kind == "return":
            self._returned = event
        if kind == "layer":
            return self._layer(event)
        if kind == "call" and event.callee in _ARITHMETIC:
            made = self.tensors(event, event.data.get("o"))
            site = site_of(event.data.get("s"))
            inputs = [("x", t) for t in self.tensors(event, event.data["a"])]
            return Call(_SAME, {}, inputs, made, site, site, event, None, self.dialect.PREFIX) if made else None
        if kind == "attr":
            if "m" in (event.data.get("x") or ()) and not self.tensors(event, event.data.get("o")):
                return None  # an option of a layer
            cls = held_class(event.data.get("x"))
            owner = "Tensor" if cls is None else self.dialect.canonical(self.dialect.public(cls))
            return self._bound(event, f"{owner}.{event.data.get('name')}", [event.data.get("x")], {})
        if kind == "op":
            if self.dialect.IDIOMS.get(event.callee) in ("parameter", "buffer"):
                made = self.tensors(event, event.data.get("o"))
                site = site_of(event.data.get("s"))
                inputs = [("x", t) for t in self.tensors(event, event.data["a"])]
                return Call(_SAME, {}, inputs, made, site, site, event, None, self.dialect.PREFIX)
            callee = self.dialect.canonical(self.dialect.public(event.callee))
            if event.callee in self.dialect.PASSING:
                return self._passed(event)
            if is_host_item(event):
                return None
            return self._bound(event, callee, event.data["a"], event.data["kw"])
        return None

    def _passed(self, event: Event) -> Call | None:
        """What a callable hands on of the function that it has called, where it is another tensor (an identity's)."""
        made = self.tensors(event, event.data.get("o"))[:1]
        given = self.tensors(self._returned, self._returned.data.get("o"))[:1] if self._returned is not None else []
        if not made or not given or made[0] is given[0] or made[0].shape != given[0].shape:
            return None
        return Call(_SAME, {}, [("x", given[0])], made, None, None, event, None, self.dialect.PREFIX)

    def _bound(self, event: Event, callee: str, args: list[Any], kw: dict[str, Any]) -> Call | None:
        site = site_of(event.data.get("s"))
        wanted = self.ops.get(site) if site else None
        found = select(registry.lookup(self.dialect.PREFIX, callee), self.dialect.PREFIX, callee, args, kw, wanted)
        if found is not None and found[0].wraps:
            return None
        if found is None:
            if event.data["k"] == "op" and event.callee.split(".")[0] not in self.dialect.PACKAGES | {"Tensor", "operator"}:
                return None
            if not self.tensors(event, [args, list(kw.values()), event.data.get("o")]):
                return None
            entry, canonical = _OPAQUE, {f"a{i}": a for i, a in enumerate([*args, *kw.values()])}
        else:
            entry, canonical = found
        # sizes by name (`rearrange(x, "b (t d) -> b t d", t=4)`) are a dictionary of the binding, not of the tape
        inputs = [(name, t) for name, v in canonical.items()
                  for t in self.tensors(event, {"d": v} if isinstance(v, dict) and v.keys() <= kw.keys() else v)]
        outputs = self.tensors(event, event.data.get("o"))
        return Call(entry, canonical, inputs, outputs, site, site, event, None, self.dialect.PREFIX)

    def _layer(self, event: Event) -> Call | None:
        module = event.modules.get(event.data["m"], {})
        callee = self.dialect.canonical(self.dialect.public(event.callee))
        entry = next((e for e in registry.lookup(self.dialect.PREFIX, callee) if e.kind == "layer"), _OPAQUE)
        args: dict[str, Any] = {}
        made = self.made.get((event.run, event.data["m"]))
        if made is not None and made["f"] == event.callee:
            found = select([entry], self.dialect.PREFIX, callee, made["a"], made["kw"], None)
            args = dict(found[1]) if found else {}
        inputs = [("x", t) for t in self.tensors(event, [event.data["a"], list(event.data["kw"].values())])]
        outputs = self.tensors(event, event.data.get("o"))
        owner = (module["owner"], module["attr"]) if module.get("owner") else None
        return Call(entry, args, inputs, outputs, site_of(module.get("new")), site_of(event.data.get("s")), event, owner,
                    self.dialect.PREFIX)


def select(entries: list[Entry], prefix: str, callee: str, args: list[Any], kw: dict[str, Any],
           wanted: str | None) -> tuple[Entry, dict[str, Any]] | None:
    """The entry that the values bind to; `wanted` is the op that the lifter chose for the site."""
    for entry in sorted(entries, key=lambda e: e.name != wanted):
        axes = registry.axis_arguments(entry)
        for signature in entry.sources(prefix):
            if signature.callee != callee:
                continue
            bound = _try(signature, args, kw)
            if bound is not None and not any(isinstance(bound.get(a), dict) and "t" in bound[a] for a in axes):
                return entry, bound
    return None


def _try(signature: Signature, args: list[Any], kw: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return bind(signature, [_plain(a) for a in args], {k: _plain(v) for k, v in kw.items()}).args
    except (Decline, TypeError, AttributeError):
        return None


def _plain(value: Any) -> Any:
    """Encoded lists and tuples of plain values as Python ones."""
    if isinstance(value, dict):
        for tag, make in (("l", list), ("tu", tuple)):
            if tag in value:
                return make(_plain(v) for v in value[tag])
    return value


#: Python's own functions that compute with tensors element by element.
_ARITHMETIC = frozenset({"builtins.sum", "builtins.abs", "builtins.max", "builtins.min"})
_SAME = Entry("identity", "function", "elementwise", "misc", {}, {})
_ARGUMENT = Entry("argument", "function", "argument", "misc", {}, {})
_OPAQUE = Entry("opaque", "function", "any", "misc", {}, {})


def owner_of(modules: dict[str, Any], path: str) -> tuple[str, str] | None:
    """The project class that holds the tensor of a dotted path, and the rest of the path from there."""
    by_path = {m.get("path"): m for m in modules.values()}
    parts = path.split(".")
    for cut in range(len(parts) - 1, -1, -1):
        module = by_path.get(".".join(parts[:cut]))
        if module is not None and ":" in module["class"]:
            return module["class"], ".".join(parts[cut:])
    return None
