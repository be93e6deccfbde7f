"""Parameters and buffers as modules register them, layers that share them, and their initial values."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.registry import Entry
from ..parts import Part
from ..pivot.nodes import Buffer, Host, Idiom, Node, Op, Parameter, const, is_literal, literal


class Weights(Part):
    """Part of `Lifter`."""

    def module_method(self, node: Host, receiver: Node, idiom: str) -> Node | None:
        """`self.register_buffer(…)` and its like."""
        args, keywords = self.arguments(node)
        words = {k.fields["arg"]: k.fields["value"] for k in keywords}
        owner = self.visit(receiver)
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        name = args[0] if args else words.get("name")
        if idiom == "add_weight":
            return self.added_weight(node, owner, args, words, kw)
        if idiom == "register_buffer" and name is not None:
            value = args[1] if len(args) > 1 else words.get("tensor", const(None))
            persistent = args[2] if len(args) > 2 else words.get("persistent", const(True))
            keep = not (isinstance(persistent, Host) and persistent.fields.get("value") is False)
            self.note_attribute(name, "parameter")
            return Buffer(owner, name, value, keep, **kw)
        if idiom == "add_module" and len(args) == 1 and isinstance(name, Host) and name.kind == "Starred":
            return Idiom("set_attribute", {"owner": owner, "name": name, "value": const(None), "sort": "module"}, **kw)
        if idiom in ("register_parameter", "add_module") and name is not None and (len(args) > 1 or len(words) > 0):
            value = args[1] if len(args) > 1 else words.get("param", words.get("module", const(None)))
            self.note_attribute(name, "parameter" if idiom == "register_parameter" else "module")
            sort = "parameter" if idiom == "register_parameter" else "module"
            return Idiom("set_attribute", {"owner": owner, "name": name, "value": value, "sort": sort}, **kw)
        return None

    def added_weight(self, node: Host, owner: Node, args: list[Node], words: dict[str, Any], kw: dict[str, Any]) -> Node:
        """`self.add_weight(shape=…, initializer=…)`: a weight told by its shape and how it is filled at first."""
        trainable = words.pop("trainable", const(True))
        penalty = words.get("regularizer") or words.get("constraint")
        known = {"shape", "initializer", "dtype", "name", "regularizer", "constraint"}
        if args or None in words or not set(words) <= known:
            return self.mark(node, "TG013", "this form of making a weight is not supported",
                             "Name the arguments: shape, initializer, trainable, name.")
        if penalty is not None and not (is_literal(penalty) and literal(penalty) is None):
            self.report(node, "TG013", "a weight's regularizer or constraint is part of training, not of the network",
                        "Add it to the loss, or use the optimizer's weight decay.", "warning")
        value = Idiom("initial_value", {"owner": owner, **words}, span=node.span, verbatim=False)
        return Parameter(value, bool(literal(trainable)) if is_literal(trainable) else trainable, **kw)

    def note_attribute(self, name: Node, sort: str) -> None:
        info = self.classes.get(self.owner)
        if info is not None and isinstance(name, Host) and name.kind == "Constant":
            info.attributes.setdefault(name.fields["value"], sort)

    def tied_weights(self, node: Host, target: Node) -> Node | None:
        """`a.weight = b.weight` of two layers: one parameter at two paths."""
        value = node.fields["value"]
        sides = [target, value]
        if len(node.fields["targets"]) != 1 or not all(
                isinstance(s, Host) and s.kind == "Attribute" and s.fields["attr"] == "weight" for s in sides):
            return None
        seen = [e for e in self.evidence.events(self.module, value.site, "attr")
                if isinstance(e.data.get("x"), dict) and "m" in e.data["x"]]
        entries = {entry.name for e in seen for entry in self.layer_entries(
            self.dialect.public(e.modules[e.data["x"]["m"]]["class"]))}
        owners = [self.visit(s.fields["value"]) for s in sides]
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        if entries == {"linear"}:
            tied = Idiom("tie", {"embedding": owners[0], "dense": owners[1], "target": "embedding"}, **kw)
        elif entries == {"embedding"}:
            tied = Idiom("tie", {"embedding": owners[1], "dense": owners[0], "target": "dense"}, **kw)
        else:
            tied = self.mark(node, "TG014", "which layers share a weight here is not known",
                             "Tie a dense layer and an embedding, in code that an example runs.")
        return Host("Expr", {"value": tied}, **kw)

    # -- initial values -------------------------------------------------------------------------------------------

    def initialisation(self, node: Host, canonical: str, entries: list[Entry], args: list[Node],
                       keywords: list[Host]) -> Node:
        """A function that fills a tensor with initial values."""
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        words = {k.fields["arg"]: k.fields["value"] for k in keywords}
        tensor = args[0] if args else words.get("tensor", const(None))
        found = self.binding(entries, canonical, list(args), words, Host("Pass", {})) if entries else None
        init: Any = None
        if found is not None:
            entry, _, bound = found
            init = Op(entry.name, bound.args, bound.given, "function", span=node.span, verbatim=False)
        return Idiom("initialise", {"tensor": tensor, "init": init}, **kw)

    def initial_method(self, node: Host, receiver: Node, method: str, args: list[Node],
                       keywords: list[Host]) -> Node | None:
        """`layer.weight.data.normal_(…)`: an in-place method on a parameter's data."""
        if isinstance(receiver, Op) and receiver.style == "attribute" and receiver.op == "stop_gradient":
            receiver = Host("Attribute", {"value": receiver.args["x"], "attr": "data"}, span=receiver.span)
        if not (isinstance(receiver, Host) and receiver.kind == "Attribute"):
            return None
        direct = receiver.fields["attr"] in ("data", "weight", "bias")
        fill = self.dialect.FILLING_METHODS.get(method)
        if fill is None or not direct:
            return None
        target = receiver.fields["value"] if receiver.fields["attr"] == "data" else receiver
        return self.initialisation(node, fill, registry.lookup(self.dialect.PREFIX, fill), [target, *args], keywords)
