"""Code that serves initial values only: where the target has no value for it, it goes together with what it serves."""

from __future__ import annotations

from typing import Any

from ..parts import Part
from ..pivot.nodes import Host, Idiom, Node, Op

#: What weights and layers are gone through by.
_GOING_THROUGH = frozenset({"parameters", "named_parameters", "modules", "named_modules", "children", "named_children",
                            "zip", "enumerate", "list", "reversed", "range", "len"})

_REMEDY = "Pass initializers to the layers if you train from scratch."


class InitialValues(Part):
    """Part of `Lowerer`."""

    def computed_in_vain(self, node: Host, made: Host, reported: int) -> bool:
        """True for `name = …` that the target cannot compute, or that needs such a name, and that only initial values
        need; `reported` diagnostics stood before it was lowered."""
        target = node.fields["targets"][0]
        if not self.functions or len(node.fields["targets"]) != 1 or target.kind != "Name":
            return False
        marks = [n for n in made.fields["value"].walk() if isinstance(n, Host) and n.role == "marked"]
        if not (marks or self.is_lost(node.fields["value"]) or any(map(self.is_weight, node.fields["value"].walk()))) or \
                not only_initialises(self.functions[-1]["node"], target.fields["id"]):
            return False
        for mark in marks:
            self.target.adapters_unused("unsupported", mark)
        del self.sink.items[reported:]
        self.target.marked -= len(marks)
        self.functions[-1]["lost"].add(target.fields["id"])
        self.report(node, "TG032", "what this initial value is computed from is not kept in the target",
                    _REMEDY, "warning")
        return True

    def is_weight(self, value: Any) -> bool:
        """True for the weight of a layer, which has no value before the layer is built."""
        while isinstance(value, Op) and value.op in ("stop_gradient", "identity"):
            value = value.args["x"]
        return isinstance(value, Host) and value.kind == "Attribute" and value.fields["attr"] in ("weight", "bias") and \
            not self.own_parameter(value)

    def is_lost(self, value: Any) -> bool:
        """True where a value needs a name whose assignment went."""
        lost = self.functions[-1]["lost"] if self.functions else ()
        return bool(lost) and isinstance(value, Node) and any(
            isinstance(n, Host) and n.kind == "Name" and n.fields["id"] in lost for n in value.walk())


def serves_initial_values(loop: Host) -> bool:
    """True for a loop that sets initial values, over weights or layers, whose names are gone through without an effect."""
    return not loop.fields["orelse"] and any(isinstance(n, Idiom) and n.name == "initialise" for n in loop.walk()) and all(
        isinstance(n.fields["func"], Host) and (n.fields["func"].fields.get("attr") or n.fields["func"].fields.get("id")) in
        _GOING_THROUGH for n in loop.fields["iter"].walk() if isinstance(n, Host) and n.kind == "Call")


def only_initialises(function: Node, name: str, above: frozenset[str] = frozenset()) -> bool:
    """True where a function reads a name for initial values only, by way of other such names too."""
    allowed: set[int] = set()
    read = False
    for node in function.walk():
        if isinstance(node, Idiom) and node.name == "initialise":
            inside = {id(n) for n in node.walk()}
            read = read or any(_is(n, name) for n in node.walk())
            allowed |= inside
        elif isinstance(node, Host) and node.kind == "AugAssign":
            allowed.add(id(node.fields["target"]))
        elif isinstance(node, Host) and node.kind == "Assign":
            targets = [t.fields["id"] for t in node.fields["targets"] if isinstance(t, Host) and t.kind == "Name"]
            allowed |= {id(t) for t in node.fields["targets"] if _is(t, name)}
            needs = any(_is(n, name) for n in node.fields["value"].walk())
            if needs and len(targets) == len(node.fields["targets"]) == 1 and targets[0] not in above | {name} and \
                    only_initialises(function, targets[0], above | {name}):
                allowed |= {id(n) for n in node.fields["value"].walk()}
                read = True
    return read and all(id(n) in allowed for n in function.walk() if _is(n, name))


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Host) and node.kind == "Name" and node.fields["id"] == name
