"""What the examples showed of an op's arguments and result, for the codecs that choose its form."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.binding import bind
from ..catalog.codecs import Decline
from ..catalog.known import RESULT, Known, Oracle, note_seen, recorded
from ..lift.evidence import Event


def oracle(entry: registry.Entry, events: list[Event], args: dict[str, Any], source: Any) -> Oracle:
    """Answers by the events of an op's site; `args` are its lowered arguments, `source` the source's dialect."""
    seen: dict[int, Known] = {}
    for event in _of_every_form(events):
        for signature in entry.sources(source.PREFIX):
            if signature.callee != source.canonical(event.callee):
                continue
            try:
                told = bind(signature, event.data["a"], event.data["kw"]).args
            except Decline:
                continue
            for name, value in told.items():
                note_seen(args.get(name), value, event.tensors, seen)
            if id(RESULT) not in seen or not _one_shape(event):
                seen[id(RESULT)] = recorded(event.data.get("o"), event.tensors)
            break
    return lambda value: seen.get(id(value), Known())


def _of_every_form(events: list[Event]) -> list[Event]:
    """The first event of a site, and one of each that have other arguments of None, or results of several shapes."""
    forms: dict[tuple[Any, ...], Event] = {}
    for event in events:
        absent = [*(a is None for a in event.data["a"]), *(k for k, v in event.data["kw"].items() if v is None)]
        forms.setdefault((event.callee, _one_shape(event), *absent), event)
    return list(forms.values())


def _one_shape(event: Event) -> bool:
    """True where all tensors of an event's result have one shape."""
    parts = event.data.get("o")
    parts = (parts.get("tu") or parts.get("l") or ()) if isinstance(parts, dict) else ()
    return len({tuple(event.tensors[p["t"]]["shape"]) for p in parts if isinstance(p, dict) and "t" in p}) < 2
