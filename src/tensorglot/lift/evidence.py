"""Evidence: the tape indexed by site, as the passes ask for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Site = tuple[str, int]

@dataclass
class Event:
    """One event of one run; `tensors` and `modules` are that run's tables."""

    run: int
    data: dict[str, Any]
    tensors: dict[str, Any]
    modules: dict[str, Any]
    #: Model expression of the run where the event enters or leaves the model as a whole.
    top: str | None = None

    @property
    def callee(self) -> str:
        return self.data.get("f", "")


@dataclass
class Evidence:
    """Events by site. Empty where nothing was run."""

    at: dict[Site, list[Event]] = field(default_factory=lambda: defaultdict(list))
    new: dict[Site, list[Event]] = field(default_factory=lambda: defaultdict(list))
    entered: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    #: The first value that every function returned, as it is encoded.
    returned: dict[str, Any] = field(default_factory=dict)
    runs: list[list[Event]] = field(default_factory=list)
    ran: bool = False
    #: The tape that is indexed here.
    tape: Any = None

    def events(self, module: str, site: int | None, kind: str | None = None) -> list[Event]:
        """Events at a site, of one kind if given."""
        if site is None:
            return []
        found = self.at.get((module, site), [])
        return [e for e in found if kind is None or e.data["k"] == kind]

    def callees(self, module: str, site: int | None, kind: str) -> list[str]:
        """Distinct callees of the events of one kind at a site."""
        return list(dict.fromkeys(e.callee for e in self.events(module, site, kind)))

    def modules(self) -> set[str]:
        """Modules whose code ran."""
        return {site[0] for site in self.at} | {site[0] for site in self.new} | \
            {name.partition(":")[0] for name in self.entered}

    def is_hot(self, function: str) -> bool:
        """True where an example entered the function (`pkg.mod:Class.method`)."""
        return function in self.entered


def site_of(value: Any) -> Site | None:
    """The site of an encoded `[module, n]`."""
    return (value[0], value[1]) if value else None


def index(tape: Any, forward: str) -> Evidence:
    """Indexes a tape (None: no evidence); `forward` is the name of the method that computes a module's output."""
    evidence = Evidence(tape=tape)
    if tape is None:
        return evidence
    for number, run in enumerate(tape.runs):
        events: list[Event] = []
        for data in run.get("events", ()):
            event = Event(number, data, run.get("tensors", {}), run.get("modules", {}))
            if data["k"] == "layer":
                own = event.modules[data["m"]]["class"]
                data["f"] = data.get("f", own) if ":" in own else own
            if event.modules.get(data.get("m"), {}).get("path") == "" and _is_whole(data, forward):
                event.top = run["model"]
            events.append(event)
            site = site_of(data.get("s"))
            if site is not None:
                (evidence.new if data["k"] == "new" else evidence.at)[site].append(event)
            if data["k"] == "enter":
                evidence.entered[data["fn"]].append(event)
            elif data["k"] == "return":
                evidence.returned.setdefault(data["fn"], data.get("o"))
        evidence.runs.append(events)
        evidence.ran = evidence.ran or bool(events)
    return evidence


def _is_whole(data: dict[str, Any], forward: str) -> bool:
    """True for the events that enter or leave the forward method of a model as a whole."""
    if data["k"] in ("enter", "return"):
        return bool(data["fn"].endswith("." + forward))
    return data["k"] == "call" and data.get("s") is None and ":" not in data["f"]


def is_host_item(event: Event) -> bool:
    """True for a subscript of a list, tuple or dict that holds tensors: no tensor operation."""
    return event.callee in ("operator.getitem", "operator.setitem") and not (
        isinstance(event.data["a"][0], dict) and "t" in event.data["a"][0])


def has_tensor(value: Any) -> bool:
    """True where an encoded value is or holds a tensor."""
    if isinstance(value, dict):
        if "t" in value:
            return True
        for tag in ("l", "tu"):
            if tag in value:
                return any(has_tensor(v) for v in value[tag])
        if "d" in value:
            return any(has_tensor(v) for v in value["d"].values())
    return False
