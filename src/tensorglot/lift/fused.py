"""Layers that apply an activation to their result: the layer without it, and the activation as an op of its own."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

from ..catalog import registry
from ..catalog.binding import bind
from ..parts import Part
from ..pivot.nodes import Host, Layer, Node, Op, Ref, const

#: Canonical argument of layers that holds the activation.
FUSED = "fused"

#: Functions that reach attributes by name.
_BY_NAME = ("getattr", "setattr", "hasattr", "delattr")


class Fused(Part):
    """Part of `Lifter`.

    The activation is taken off a layer where every application of the layer is known: a layer that is called where it is
    made, an item of a chain, an attribute that nothing in the program does anything with but to call it. Elsewhere it
    stays an argument of the layer, which a target without such an argument refuses.
    """

    @cached_property
    def fused(self) -> dict[tuple[str, str], Ref]:
        """Activations taken off layers that are attributes: by class and name."""
        return {}

    def taken_off(self, layer: Node) -> Ref | None:
        """Takes the activation off a layer; None where it has none, or one that is known only when the program runs."""
        found = layer.args.get(FUSED) if isinstance(layer, Layer) else None
        if not isinstance(layer, Layer) or not isinstance(found, Ref) or found.sort != "function":
            return None
        layer.args = {k: v for k, v in layer.args.items() if k != FUSED}
        layer.given = [g for g in layer.given if g != FUSED]
        return found

    def activation_arguments(self, activation: Ref) -> dict[str, Any]:
        """The canonical arguments of an activation besides its operand."""
        signature = registry.entry("function", activation.op).sources(self.dialect.PREFIX)[activation.variant]
        args = bind(signature, [const(None)], {}).args if not activation.where else {}
        return {**{k: v for k, v in args.items() if k != "x"}, **activation.where}

    def activated(self, call: Node, activation: Ref | None) -> Node:
        """The activation of the result of a layer's call."""
        if activation is None:
            return call
        args = self.activation_arguments(activation)
        return Op(activation.op, {"x": call, **args}, ["x", *args], span=call.span, verbatim=False)

    def chained(self, items: list[Node]) -> list[Node]:
        """The items of a chain, each activation an item of its own where there is such a layer, and where no code counts
        the items."""
        if self.reached_by_list:
            return items
        out: list[Node] = []
        for item in items:
            out.append(item)
            fused = item.args.get(FUSED) if isinstance(item, Layer) else None
            if isinstance(fused, Ref) and ("layer", fused.op) in registry.REGISTRY:
                activation = self.taken_off(item)
                assert activation is not None
                args = self.activation_arguments(activation)
                out.append(Layer(activation.op, args, list(args), verbatim=False))
        return out

    def held_activation(self, target: Node, value: Node) -> None:
        """`self.layer = Layer(…)` in a constructor: the activation goes to the calls of `self.layer`."""
        if not (isinstance(target, Host) and target.kind == "Attribute" and self.is_self(target.fields["value"])
                and self.owner is not None and self.function.name.endswith(".__init__")):
            return
        name = target.fields["attr"]
        if name in self.only_called:
            activation = self.taken_off(value)
            if activation is not None:
                self.fused[self.owner, name] = activation

    def held_by(self, callee: Node) -> Ref | None:
        """The activation that was taken off the layer `self.layer`."""
        if isinstance(callee, Host) and callee.kind == "Attribute" and self.is_self(callee.fields["value"]):
            return self.fused.get((self.owner or "", callee.fields["attr"]))
        return None

    @cached_property
    def reached_by_list(self) -> bool:
        """True where the project reads some module's layers without their names: by a number in a chain, or all of them."""
        return any(isinstance(node, ast.Attribute) and node.attr in self.dialect.CHILD_LISTS and
                   not self.of_framework(file.module, node.value)
                   for file in self.names.project.files.values() for node in ast.walk(file.tree))

    def of_framework(self, module: str, node: ast.expr) -> bool:
        """True for the framework's own modules, by their names in a file."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        dotted = self.names.dotted(module, [node.id, *parts]) if isinstance(node, ast.Name) else None
        return bool(self.in_framework(dotted))

    @cached_property
    def only_called(self) -> set[str]:
        """Attribute names that the project assigns once, as `self.name`, and otherwise only calls, in that same class."""
        if self.reached_by_list:
            return set()
        places: dict[str, set[ast.ClassDef | None]] = {}
        stores: dict[str, int] = {}
        calls: set[str] = set()
        other: set[str] = set()
        for file in self.names.project.files.values():
            owners = {id(n): c for c in ast.walk(file.tree) if isinstance(c, ast.ClassDef) for n in ast.walk(c)}
            called = {id(n.func) for n in ast.walk(file.tree) if isinstance(n, ast.Call)}
            for node in ast.walk(file.tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BY_NAME and \
                        len(node.args) > 1:
                    if not isinstance(node.args[1], ast.Constant):
                        return set()  # any attribute may be meant
                    other.add(str(node.args[1].value))
                if not isinstance(node, ast.Attribute):
                    continue
                places.setdefault(node.attr, set()).add(owners.get(id(node)))
                stores[node.attr] = stores.get(node.attr, 0) + isinstance(node.ctx, ast.Store)
                if id(node) in called:
                    calls.add(node.attr)
                own = isinstance(node.value, ast.Name) and node.value.id == "self"
                if not own or not (isinstance(node.ctx, ast.Store) or id(node) in called):
                    other.add(node.attr)
        return {name for name, classes in places.items()
                if name in calls and name not in other and stores[name] == 1 and len(classes) == 1 and None not in classes}
