"""Weights that code freezes (`p.requires_grad = False`) or gives a value (`p.data = …`), alone or in loops over them."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..parts import Part
from ..pivot.nodes import (
    Block,
    Buffer,
    Host,
    Layer,
    Node,
    Op,
    Parameter,
    call,
    const,
    dotted_path,
    is_literal,
    literal,
    unwrapped,
)
from .attributes import self_attribute
from .mutation import changed

#: Methods that give a module's weights, and which of the names of a loop over them holds the weight.
_WEIGHTS = {"parameters": 0, "named_parameters": 1}
#: Methods that give back the module that they are called on.
_SAME = frozenset({"eval", "train", "to", "cuda", "cpu"})


def parameter_names(loop: Host) -> dict[str, Node]:
    """Names that hold a module's weights in a loop over them (`zip` of several included), and the modules."""
    target, items = loop.fields["target"], loop.fields["iter"]
    pairs = [(target, items)]
    if _method(items) is None and isinstance(items, Host) and items.kind == "Call" and \
            dotted_path(items.fields["func"]) == "zip" and isinstance(target, Host) and target.kind == "Tuple":
        pairs = list(zip(target.fields["elts"], items.fields["args"], strict=False))
    found: dict[str, Node] = {}
    for name, given in pairs:
        position = _WEIGHTS.get(_method(given) or "")
        if position and isinstance(name, Host) and name.kind == "Tuple" and len(name.fields["elts"]) > position:
            name = name.fields["elts"][position]
        if position is not None and isinstance(name, Host) and name.kind == "Name":
            found[name.fields["id"]] = given.fields["func"].fields["value"]
    return found


def _method(node: Any) -> str | None:
    """Name of the method that an expression calls."""
    func = node.fields["func"] if isinstance(node, Host) and node.kind == "Call" else None
    return func.fields["attr"] if isinstance(func, Host) and func.kind == "Attribute" else None


def data_of(target: Any) -> Node | None:
    """`x` of `x.data`, as an assignment has it on its left."""
    if isinstance(target, Op) and target.op == "stop_gradient" and target.style == "attribute":
        return target.args["x"]
    if isinstance(target, Host) and target.kind == "Attribute" and target.fields["attr"] == "data":
        return target.fields["value"]
    return None


class Trainable(Part):
    """Part of `Lowerer`."""

    # -- frozen weights -------------------------------------------------------------------------------------------------

    def frozen_loop(self, node: Host) -> Block | None:
        """`for p in module.parameters(): p.requires_grad = False`: the module as a whole is frozen, as layers may have
        no weights yet. Initial values that the loop copies are given up."""
        held = parameter_names(node)
        if not held or node.fields["orelse"]:
            return None
        flags: dict[str, Node] = {}
        copies = False
        for statement in node.fields["body"]:
            name, value = _flag(statement)
            if name in held and not _names(value) & set(held):
                flags[name or ""] = value
            elif self.sets_initial_values() and _changed_name(statement) in held:
                copies = True
            else:
                return None
        if copies:
            self.not_initialised(node)
        return Block([self.set_trainable(held[name], value) for name, value in flags.items()], span=node.span,
                     verbatim=False)

    def frozen_module(self, node: Host) -> Node | None:
        """`module.requires_grad_(False)` and `weight.requires_grad_(False)` as statements."""
        value = node.fields["value"]
        if isinstance(value, Op) and value.op == "stop_gradient" and self.own_parameter(value.args["x"]):
            place = Host("Attribute", {"value": self.visit(value.args["x"]), "attr": "trainable"}, verbatim=False)
            return self.placed(Host("Assign", {"targets": [place], "value": const(False)}), node)
        if _method(value) != "requires_grad_":
            return None
        holder = value.fields["func"].fields["value"]
        while _method(holder) in _SAME:
            holder = holder.fields["func"].fields["value"]
        if not self.is_self(holder) and not (self.context.sort_of(holder, self) or "").startswith(("module", "layer:")):
            return None
        words = {k.fields["arg"]: k.fields["value"] for k in value.fields["keywords"]}
        flag = value.fields["args"][0] if value.fields["args"] else words.get("requires_grad", const(True))
        return self.placed(self.set_trainable(holder, flag), node)

    def set_trainable(self, holder: Node, flag: Node) -> Host:
        """`layer.trainable = flag`; of a module, layers that it gets later are not meant, and a frozen batch norm of the
        target would stop using the batch's statistics."""
        module, value = self.visit(holder), self.visit(flag)
        sort = self.context.sort_of(holder, self) or self.own_attribute(holder) or ""
        single = sort.startswith("layer:") and registry.entry("layer", sort[6:]).rule != "host" and "batch_norm" not in sort
        if not single:
            return Host("Expr", {"value": call(self.use("adapters.set_trainable"), [module, value])}, verbatim=False)
        place = Host("Attribute", {"value": module, "attr": "trainable"}, verbatim=False)
        return Host("Assign", {"targets": [place], "value": value}, verbatim=False)

    def flagged(self, node: Host) -> Node | None:
        """`weight.requires_grad = flag` of one weight."""
        target = node.fields["targets"][0]
        if len(node.fields["targets"]) != 1 or not isinstance(target, Host) or target.kind != "Attribute" or \
                target.fields["attr"] != "requires_grad":
            return None
        weight, flag = target.fields["value"], node.fields["value"]
        if self.own_parameter(weight) or self.is_loop_parameter(weight) and not self.sets_initial_values():
            place = Host("Attribute", {"value": self.visit(weight), "attr": "trainable"}, verbatim=False)
            return self.placed(Host("Assign", {"targets": [place], "value": self.visit(flag)}), node)
        owner = weight.fields["value"] if isinstance(weight, Host) and weight.kind == "Attribute" else None
        attr = weight.fields["attr"] if owner is not None else None
        if attr in ("weight", "bias") and owner is not None:
            if self.all_weights(owner, attr, node):
                return self.placed(self.set_trainable(owner, flag), node)
            if attr == "bias" and self.sibling(node, owner, "weight"):
                return Block([], span=node.span, verbatim=False)  # told by the statement for the weight
        elif not self.is_loop_parameter(weight):
            sort = self.context.sort_of(weight, self) or ""
            if sort.startswith(("module", "layer:")):
                return None  # has no effect in the source either
            if is_literal(flag) and literal(flag) is True:
                return Block([], span=node.span, verbatim=False)  # the target watches every tensor
        mark = self.mark(node, "TG013", "which weights are frozen here is not known before the layers are built",
                         "Set layer.trainable for whole layers.")
        return self.placed(Host("Expr", {"value": mark}), node)

    def all_weights(self, owner: Node, attr: str, node: Host) -> bool:
        """True where a flag of one of a layer's weights holds for all of them."""
        if attr == "weight" and self.sibling(node, owner, "bias"):
            return True
        holder = self_attribute(owner)
        made = self.context.made_layers(self.owner, holder) if holder and self.owner else []
        return attr == "weight" and bool(made) and all(_without_bias(layer) for layer in made)

    def sibling(self, node: Host, owner: Node, attr: str) -> bool:
        """True where the same function gives the other weight of a layer the same flag."""
        function = self.functions[-1]["node"] if self.functions else None
        for other in function.walk() if function is not None else ():
            if isinstance(other, Host) and other.kind == "Assign" and other is not node:
                target = other.fields["targets"][0]
                weight = target.fields["value"] if isinstance(target, Host) and target.kind == "Attribute" and \
                    target.fields["attr"] == "requires_grad" else None
                if isinstance(weight, Host) and weight.kind == "Attribute" and weight.fields["attr"] == attr and \
                        weight.fields["value"].key() == owner.key() and \
                        other.fields["value"].key() == node.fields["value"].key():
                    return True
        return False

    # -- weights that are given a value ---------------------------------------------------------------------------------

    def data_assigned(self, node: Host) -> Node | None:
        """`weight.data = value`."""
        weight = data_of(node.fields["targets"][0]) if len(node.fields["targets"]) == 1 else None
        if weight is None:
            return None
        if self.is_loop_parameter(weight) and self.sets_initial_values():
            return self.not_initialised(node)
        value = node.fields["value"]
        if self.own_parameter(weight) or self.is_loop_parameter(weight):
            assign = Host("Attribute", {"value": self.visit(weight), "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [self.visit(value)])}), node)
        if self.is_weight(weight):
            return self.weight_given(node, weight, value)
        mark = self.mark(node, "TG013", "data of a tensor is replaced: who else holds the tensor is not known",
                         "Give the new tensor a name, and use that.")
        return self.placed(Host("Expr", {"value": mark}), node)

    def weight_replaced(self, node: Host, value: Parameter) -> Node | None:
        """`layer.weight = Parameter(value)`."""
        target = node.fields["targets"][0]
        if len(node.fields["targets"]) != 1 or not self.is_weight(target) or self.is_self(target.fields["value"]):
            return None
        given = self.weight_given(node, target, value.value)
        if value.trainable is True:
            return given
        flag = value.trainable if isinstance(value.trainable, Node) else const(False)
        if not self.all_weights(target.fields["value"], target.fields["attr"], node):
            mark = self.mark(node, "TG013", "one weight of a layer is frozen here, before the layer has it",
                             "Set layer.trainable for whole layers.")
            return self.placed(Host("Expr", {"value": mark}), node)
        return Block([given, self.set_trainable(target.fields["value"], flag)], span=node.span, verbatim=False)

    def weight_given(self, node: Host, weight: Any, value: Node) -> Node:
        """A layer's weight gets a value: by the layer's initialiser in constructors, as the layer has no weight yet."""
        owner, attr = weight.fields["value"], weight.fields["attr"]
        reported, place = len(self.sink.items), self.visit(weight)
        early = self.sets_initial_values() and not self.is_self(owner) and not (
            isinstance(owner, Host) and (self.owner, owner.fields.get("attr")) in self.context.read_only_layers)
        if unwrapped(place).role == "marked":
            if not early:
                return self.placed(Host("Expr", {"value": place}), node)
            del self.sink.items[reported:]
            self.target.marked -= 1
            self.target.adapters_unused("unsupported", unwrapped(place))
        if early and (unwrapped(place).role == "marked" or self.is_lost(value) or any(map(self.is_weight, value.walk())) or
                      not (isinstance(owner, Host) and owner.kind == "Attribute" and self.is_self(owner.fields["value"]))):
            return self.not_initialised(node)
        made = self.weight_assigned(place, self.visit(value))
        if made is None:
            return self.not_initialised(node)
        if early:
            stored = made.fields["value"].fields["args"][0]
            slots = self.initialiser_slots(weight, attr)
            if len(slots) > 1:
                return self.not_initialised(node)
            target = Host("Attribute", {"value": self.visit(owner), "attr": slots.pop()}, verbatim=False)
            made = Host("Assign", {"targets": [target], "value": call(self.use(self.dialect.CONSTANT_INITIALIZER), [stored])},
                        verbatim=False)
        return self.placed(made, node)

    def is_registered(self, attribute: str, node: Host) -> bool:
        """True where the function makes a variable of an attribute before a statement."""
        function = self.functions[-1]["node"] if self.functions else None
        return function is not None and any(
            isinstance(n, Buffer) and self.is_self(n.owner) and is_literal(n.name) and literal(n.name) == attribute and
            n.span is not None and node.span is not None and n.span[0] < node.span[0] for n in function.walk())

    def is_loop_parameter(self, node: Any) -> bool:
        """True for the name of a weight in a loop over a module's weights."""
        function = self.functions[-1]["node"] if self.functions else self.file.body
        return isinstance(node, Host) and node.kind == "Name" and any(
            node.fields["id"] in parameter_names(loop) for loop in function.walk()
            if isinstance(loop, Host) and loop.kind in ("For", "comprehension"))

    def sets_initial_values(self) -> bool:
        """True in constructors and in functions that set initial values."""
        return bool(self.functions) and (self.functions[-1]["role"] == "init" or self.in_initial_code())


def _flag(statement: Node) -> tuple[str | None, Any]:
    """Name and value of `name.requires_grad = value`."""
    if isinstance(statement, Host) and statement.kind == "Assign" and len(statement.fields["targets"]) == 1:
        target = statement.fields["targets"][0]
        if isinstance(target, Host) and target.kind == "Attribute" and target.fields["attr"] == "requires_grad":
            return dotted_path(target.fields["value"]), statement.fields["value"]
    return None, None


def _changed_name(statement: Node) -> str | None:
    """The name whose tensor a statement changes: `p.data.copy_(q)`, `p.data = q`."""
    held: Any = None
    if isinstance(statement, Host) and statement.kind == "Expr" and isinstance(statement.fields["value"], Op) and \
            statement.fields["value"].style == "inplace":
        held = changed(statement.fields["value"])
    elif isinstance(statement, Host) and statement.kind == "Assign" and len(statement.fields["targets"]) == 1:
        held = data_of(statement.fields["targets"][0])
    return held.fields.get("id") if isinstance(held, Host) else None


def _names(value: Node) -> set[str]:
    return {n.fields["id"] for n in value.walk() if isinstance(n, Host) and n.kind == "Name"}


def _without_bias(layer: Layer) -> bool:
    """True for layers whose only weight is the kernel."""
    bias = layer.args.get("bias", True)
    entry = registry.entry("layer", layer.op)
    return len(entry.params) == 1 or (literal(bias) if isinstance(bias, Node) and is_literal(bias) else bias) is False
