"""Calls and operators against the signatures of the catalog, with what examples showed of the arguments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..catalog import registry
from ..catalog.binding import Bound, bind, view
from ..catalog.codecs import Decline
from ..catalog.known import Known, Oracle, knowing, recorded
from ..catalog.registry import Entry, Signature
from ..parts import Part
from ..pivot.nodes import Host, Layer, Node, Op, const, dotted_path
from .evidence import Event


def _item(owner: Node, key: Any) -> Host:
    """`owner[key]`"""
    return Host("Subscript", {"value": owner, "slice": const(key)}, verbatim=False)


def augmented(node: Host, target: Node, value: Node, events: Iterable[Event], dialect: Any) -> Node:
    """The new value that `target += value` gives its target: the op on tensors that examples saw, else as it stands."""
    for event in events:
        for entry in registry.lookup(dialect.PREFIX, event.callee):
            return Op(entry.name, {"x": target, "y": value}, ["x", "y"], "operator", site=node.site, verbatim=False)
    return Host("BinOp", {"left": target, "op": node.fields["op"], "right": value}, verbatim=False)


class Matching(Part):
    """Part of `Lifter`."""

    def construct(self, node: Host, canonical: str, entries: list[Entry], args: list[Node], keywords: list[Host],
                  style: str) -> Node:
        """An op or layer from its call; marked where no signature binds."""
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        words = {k.fields["arg"]: k.fields["value"] for k in keywords}
        if None in words or self.starred_without_star(entries, canonical, args):
            args, words = self.spelled_out(node, args, words)
        if None in words or self.starred_without_star(entries, canonical, args):
            func = self.named(entries[0], canonical, site=node.fields["func"].site, span=node.fields["func"].span,
                              verbatim=False)
            return Host("Call", {"func": func, "args": args, "keywords": keywords}, site=node.site, span=node.span)
        if entries[0].rule == "host" and entries[0].kind == "layer":
            return self.container(entries[0], canonical, args, words, kw)
        found = self.binding(entries, canonical, list(args), words, node)
        if found is None:
            return self._unbound(node, canonical, entries, args, words)
        entry, _, bound = found
        if entry.kind == "layer":
            self.tell_penalties(node, bound)
            return Layer(entry.name, bound.args, bound.given, **kw)
        return Op(entry.name, bound.args, bound.given, style, **kw)

    def container(self, entry: Entry, canonical: str, args: list[Node], words: dict[str, Any], kw: dict[str, Any]) -> Node:
        """A layer that holds others: its items one by one, also where it is given a list of them."""
        signature = next(s for s in entry.sources(self.dialect.PREFIX) if s.callee == canonical)
        if entry.name != "sequential" or any(p.kind == "star" for p in signature.params):
            return Layer(entry.name, {"items": [*args, *words.values()]}, ["items"], **kw)
        try:
            bound = bind(signature, list(args), words)
        except Decline as error:
            return self.mark(Host("Pass", {}, span=kw["span"]), "TG011", str(error), "Rewrite the call with supported arguments.")
        held = bound.args.pop("xs")
        if isinstance(held, Host) and held.kind in ("List", "Tuple"):
            items = self.chained(held.fields["elts"])
        else:
            items = [] if view(held) is None else [Host("Starred", {"value": held}, verbatim=False)]
        return Layer(entry.name, {"items": items, **bound.args}, ["items", *(g for g in bound.given if g != "xs")], **kw)

    def tell_penalties(self, node: Host, bound: Bound) -> None:
        """Says of penalties and limits of weights that the network's outputs do not tell of them."""
        found = [n for n, v in bound.args.items() if n.endswith(("_penalty", "_limit")) and view(v) is not None]
        if found:
            what = ", ".join(n.replace("_", " ") for n in found)
            self.report(node, "TG013", f"{what}: part of training, not of the network; a target that has no such argument "
                        "leaves it out", "Add it to the loss, or use the optimizer's weight decay.", "warning")

    def spelled_out(self, node: Host, args: list[Node], words: dict[Any, Any]) -> tuple[list[Node], dict[Any, Any]]:
        """Arguments with the items of `*dims` and `**options` one by one, where every call had the same number."""
        events = self.evidence.events(self.module, node.site, "op")
        stars = [i for i, a in enumerate(args) if isinstance(a, Host) and a.kind == "Starred"]
        counts = {len(e.data["a"]) for e in events}
        keys = {tuple(e.data["kw"]) for e in events}
        star = args[stars[0]] if len(stars) == 1 else None
        if isinstance(star, Host) and len(counts) == 1 and dotted_path(star.fields["value"]):
            at, more = stars[0], counts.pop() - (len(args) - 1)
            args = [*args[:at], *(_item(star.fields["value"], i) for i in range(more)), *args[at + 1:]]
        if None in words and len(keys) == 1 and dotted_path(words[None]):
            known = {k: v for k, v in words.items() if k is not None}
            words = {**known, **{k: _item(words[None], k) for k in keys.pop() if k not in known}}
        return args, words

    def starred_without_star(self, entries: list[Entry], canonical: str, args: list[Node]) -> bool:
        if not any(isinstance(a, Host) and a.kind == "Starred" for a in args):
            return False
        if entries[0].rule == "host" and entries[0].kind == "layer":
            return False
        return not any(p.kind == "star" for e in entries for s in e.sources(self.dialect.PREFIX)
                       if s.callee == canonical for p in s.params)

    def _unbound(self, node: Host, canonical: str, entries: list[Entry], args: list[Node],
                 words: dict[str, Any]) -> Node:
        reasons = []
        with knowing(self.oracle(args, words, self.evidence.events(self.module, node.site, "op"))):
            for signature in self._signatures(entries, canonical):
                try:
                    bind(signature[1], list(args), words)
                except Decline as error:
                    reasons.append(str(error))
        return self.mark(node, "TG011", f"{canonical}: {'; '.join(dict.fromkeys(reasons))}",
                         "Rewrite the call with supported arguments.")

    def _signatures(self, entries: list[Entry], canonical: str) -> list[tuple[Entry, Signature]]:
        return [(e, s) for e in entries for s in e.sources(self.dialect.PREFIX) if s.callee == canonical]

    def binding(self, entries: list[Entry], canonical: str, args: list[Any], words: dict[str, Any],
                node: Host) -> tuple[Entry, Signature, Bound] | None:
        """The first entry and signature that bind the call and agree with what was seen at the site."""
        events = self.evidence.events(self.module, node.site, "op") or \
            self.evidence.new.get((self.module, node.site or 0), [])
        with knowing(self.oracle(args, words, events)):
            return self._binding(entries, canonical, args, words, events)

    def oracle(self, args: list[Any], words: dict[str, Any], events: list[Any]) -> Oracle:
        """What was seen of, or follows for, the arguments of a call."""
        seen: dict[int, Known] = {}
        for event in events[:1]:
            pairs = [*zip(args, event.data["a"], strict=False), *((v, event.data["kw"][k]) for k, v in words.items()
                                                    if k in event.data["kw"])]
            seen = {id(value): recorded(told, event.tensors) for value, told in pairs}

        def tell(value: Any) -> Known:
            if id(value) in seen:
                return seen[id(value)]
            sort = self.type_of(value) if isinstance(value, Node) else None
            return self.given(value) if sort is None else self.known_object(sort) or \
                Known({"tensor": "tensor", "parameter": "tensor", "shape": "sequence", "sequence": "sequence",
                       "tensors": "sequence", "device": "device", "dtype": "dtype"}.get(sort))
        return tell

    def given(self, value: Any) -> Known:
        """What examples saw of a parameter of a function around, in code that none of them ran too."""
        name = value.fields["id"] if isinstance(value, Host) and value.kind == "Name" else None
        scope = next((s for s in reversed(self.scopes) if name in s.bound and s.kind != "class"), None)
        return scope.given.get(name, Known()) if scope is not None else Known()

    def _binding(self, entries: list[Entry], canonical: str, args: list[Any], words: dict[str, Any],
                 events: list[Any]) -> tuple[Entry, Signature, Bound] | None:
        for entry, signature in self._signatures(entries, canonical):
            try:
                bound = bind(signature, args, words)
            except Decline:
                continue
            if self.plausible(entry, signature, bound, events):
                return entry, signature, bound
        return None

    def plausible(self, entry: Entry, signature: Signature, bound: Bound, events: list[Any]) -> bool:
        """False where a tensor stands for an axis, or a number for a tensor operand."""
        axes = registry.axis_arguments(entry)
        for name in bound.given:
            value = bound.args[name]
            sort = self.type_of(value) if isinstance(value, Node) else None
            if name in axes and sort in ("tensor", "parameter"):
                return False
        for event in events[:1]:
            try:
                seen = bind(signature, event.data["a"], event.data["kw"]).args
            except Decline:
                return False
            for name, value in seen.items():
                if name in axes and isinstance(value, dict) and "t" in value:
                    return False
                if name in ("y", "other") and name in bound.given and isinstance(value, int) and \
                        entry.rule == "elementwise" and signature.callee.split(".")[-1] in ("max", "min"):
                    return False
        return True
