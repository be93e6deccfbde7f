"""What code reads off layers, and how modules are called: attributes, weights, arguments that are no tensors."""

from __future__ import annotations

import ast
import re
from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..catalog.image_codecs import IN_SOURCE_ORDER
from ..lift.evidence import has_tensor
from ..lift.host import first_parameter_of
from ..parts import Part
from ..pivot.nodes import Block, Host, Layer, Node, Op, call, const, dotted_path, is_literal, literal
from ..pivot.nodes import name as dotted_name
from .attributes import self_attribute

#: Role of an expression that is a weight of a layer, as the layer stores it.
LAYER_WEIGHT = "layer weight"


def spatial_rank(op: str) -> int | None:
    """Number of spatial axes that a layer with a kernel works on; None for other layers."""
    digits = re.search(r"^conv.*(\d)d$", op)
    return int(digits.group(1)) if digits else 0 if op == "linear" else None


def is_grouped(layer: Layer) -> bool:
    """True for convolutions that may have several groups."""
    groups = layer.args.get("groups", 1)
    return not (groups == 1 or isinstance(groups, Node) and is_literal(groups) and literal(groups) == 1)


class LayerReads(Part):
    """Part of `Lowerer`."""

    def layer_attribute(self, node: Host, made: Host) -> Node:
        """What code reads off a framework layer (`conv.out_channels`, `fc.weight`)."""
        owner = node.fields["value"]
        attr = node.fields["attr"]
        sort = self.narrowed_sort(owner) or self.context.sort_of(owner, self) or self.own_attribute(owner) or \
            self.seen_sort(node)
        base = self.context.ancestor_layer(self.owner) if self.is_self(owner) else None
        sort = f"layer:{base}" if base else sort
        if sort == "layer:module_dict" and attr not in dir(dict):
            return self.placed(Host("Subscript", {"value": made.fields["value"], "slice": const(attr)}), node)
        if not sort or not sort.startswith("layer:"):
            return made
        entry = registry.REGISTRY.get(("layer", sort[6:]))
        if entry is None:
            return made
        places = next((p for p in entry.attributes.values() if p.get(self.context.source_prefix) == attr), None)
        if places is None:
            if self.is_kept_by_maker(owner, attr):
                return made
            value = self.constructor_value(entry, node)
            if value is not None:
                return self.placed(value, node)
            return made if base or not self.is_option(entry, attr) else self.not_kept(node, attr)
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            if framework in places:
                moved = attr == "weight" and bool(self.functions)
                if (moved or places[framework] == "filters") and self.may_be_depthwise(entry, owner):
                    return self.mark(node, "TG013", f"the {attr} of a grouped convolution: the target may have another "
                                     "layer for it, with other attributes", "Store the value in an attribute of your own.")
                if not places[framework].isidentifier() or places[framework] in ("True", "None"):
                    return self.placed(self.computed(made, places[framework]), node)
                if places[framework] != attr:
                    made.fields["attr"] = places[framework]
                    made.verbatim = False
                if any(w.places.get(framework, ("",))[0] == places[framework] for w in entry.params):
                    made.role = LAYER_WEIGHT
                return self.weight_in_order(entry, attr, framework, made, node)
        return made if base else self.not_kept(node, attr)

    def may_be_depthwise(self, entry: registry.Entry, owner: Node) -> bool:
        """True where the layer that is read may be one whose every channel is a group of its own."""
        if self.dialect is self.context.source_dialect or self.is_self(owner) or entry.name not in self.context.grouped:
            return False
        attribute = self_attribute(owner)
        made = [v for k in self.context.family.get(self.owner or "", {self.owner or ""})
                for v in self.context.assigned.get((k, attribute), ())] if attribute else []
        return not made or not all(isinstance(v, Layer) and not is_grouped(v) for v in map(wrapped_layer, made))

    @staticmethod
    def computed(made: Host, place: str) -> Host:
        """An attribute that the target's layer has in another form: `1-momentum`, or always the same value."""
        if not place.startswith("1-"):
            return const(ast.literal_eval(place))
        value = Host("Attribute", {"value": made.fields["value"], "attr": place[2:]}, verbatim=False)
        return Host("BinOp", {"left": const(1), "op": "Sub", "right": value}, verbatim=False)

    def weight_dtype(self, node: Op) -> Node | None:
        """`layer.weight.dtype`: the layer tells it, also before it has a weight."""
        x = node.args.get("x")
        if node.op == "dtype" and (holder := first_parameter_of(x)) is not None:
            made = Host("Attribute", {"value": self.visit(holder), "attr": self.dialect.WEIGHT_DTYPE})
            return self.placed(made, node)
        if node.op != "dtype" or not (isinstance(x, Host) and x.kind == "Attribute") or \
                x.fields["attr"] not in ("weight", "bias") or self.own_parameter(x):
            return None
        made = Host("Attribute", {"value": self.visit(x.fields["value"]), "attr": self.dialect.WEIGHT_DTYPE})
        return self.placed(made, node)

    def own_norm(self, node: Op) -> Node | None:
        """In a subclass of a batch norm, the function on the layer's own statistics and weights is its base's call."""
        if node.op != "batch_norm" or not self.functions or not self.functions[-1]["class"] or \
                self.context.base_layer(self.functions[-1]["class"]) not in ("batch_norm", "sync_batch_norm"):
            return None
        frame = self.functions[-1]
        for argument, attr in (("mean", "running_mean"), ("var", "running_var"), ("weight", "weight"), ("bias", "bias")):
            value = node.args.get(argument)
            if not isinstance(value, Node) or not any(
                    isinstance(n, Host) and n.kind == "Attribute" and n.fields["attr"] == attr and
                    self.is_self(n.fields["value"]) for n in value.walk()):
                return None
        if not self.context.training.needs(frame["owner"], frame["name"].split(".")[-1]):
            return None
        func = Host("Attribute", {"value": call(Host("Name", {"id": "super"}, verbatim=False), []),
                                  "attr": self.dialect.FORWARD}, verbatim=False)
        training = Host("Name", {"id": "training"}, verbatim=False)
        return self.placed(call(func, [self.visit(node.args["x"])], {"training": training}), node)

    def not_kept(self, node: Host, attr: str) -> Node:
        """The mark of an attribute that the target's layer does not have."""
        return self.mark(node, "TG013", f"the layer's {attr} is not kept in the target",
                         "Store the value in an attribute of your own.")

    def is_option(self, entry: registry.Entry, attr: str) -> bool:
        """True for attributes that repeat an argument of the source's constructor, and mean none of the target's."""
        return self.dialect is not self.context.source_dialect and any(
            p.name == attr for s in entry.sources(self.context.source_prefix) for p in s.params)

    def narrowed_sort(self, owner: Node) -> str | None:
        """The one layer that an enclosing isinstance test says a name or attribute is."""
        path = dotted_path(owner)
        for names in reversed(self.context.narrowed) if path else ():
            if path in names:
                return f"layer:{names[path]}"
        return None

    def is_kept_by_maker(self, owner: Node, attr: str) -> bool:
        """True for `model.fc.in_features`, which the constructor that makes `fc` keeps for those who ask."""
        if not isinstance(owner, Host) or owner.kind != "Attribute" or self.is_self(owner.fields["value"]):
            return False
        holder = owner.fields["attr"]
        return (holder, attr) in self.context.input_sizes_read and any(
            name == holder and any(isinstance(v, Layer) and "I" in v.args for v in values)
            for (_, name), values in self.context.assigned.items())

    def with_input_size(self, made: Node, node: Host, value: Layer) -> Node:
        """A layer in a constructor, with the number of its input features where other code reads it off."""
        target = node.fields["targets"][0]
        names = [p.name for s in registry.entry("layer", value.op).sources(self.context.source_prefix)
                 for p in s.params if isinstance(p.expr, ast.Name) and p.expr.id == "I"]
        size = value.args.get("I")
        if size is None or not names or (target.fields["attr"], names[0]) not in self.context.input_sizes_read:
            return made
        place = Host("Attribute", {"value": self.visit(target), "attr": names[0]}, verbatim=False)
        keep = Host("Assign", {"targets": [place], "value": const(self.visit(size) if isinstance(size, Node) else size)},
                    verbatim=False)
        return Block([made, keep], span=node.span, verbatim=False)

    def seen_sort(self, node: Host) -> str | None:
        """The one kind of the framework's layers off which examples read an attribute."""
        kinds = self.kinds_read(node)
        entries = {entry.name for entry in self.entries_of(kinds)}
        return f"layer:{entries.pop()}" if len(kinds) == len(entries) == 1 else None

    def families_seen(self, node: Host) -> set[str]:
        """Families of the framework's layers whose attribute `node` was in examples."""
        return {entry.family for entry in self.entries_of(self.kinds_read(node))}

    def kinds_read(self, node: Host) -> set[str]:
        """Classes of the modules off which examples read an attribute."""
        return {e.modules[e.data["x"]["m"]]["class"] for e in self.layers_read(node)}

    def entries_of(self, kinds: set[str]) -> list[registry.Entry]:
        """Layers of the catalog that classes of the source are."""
        dialect = self.context.source_dialect
        return [entry for kind in kinds for entry in registry.lookup(
            dialect.PREFIX, dialect.canonical(dialect.public(kind))) if entry.kind == "layer"]

    def layers_read(self, node: Host) -> list[Any]:
        """Events in which an expression read an attribute of a module."""
        return [e for e in self.context.evidence.events(self.file.module, node.site, "attr")
                if isinstance(e.data.get("x"), dict) and "m" in e.data["x"]]

    def layer_read(self, node: Host) -> Layer | None:
        """The place that made all layers off which examples read an attribute."""
        sites = {tuple(e.modules[e.data["x"]["m"]]["new"] or ()) for e in self.layers_read(node)}
        module, site = next(iter(sites)) if len(sites) == 1 and () not in sites else ("", None)
        made = self.program.files[module].body.walk() if module in self.program.files else ()
        return next((n for n in made if isinstance(n, Layer) and n.site == site), None)

    def weight_in_order(self, entry: registry.Entry, attr: str, framework: str, made: Host, node: Host) -> Node:
        """A weight that is computed with, with the source's axes."""
        if not self.functions:
            return made
        digits = re.search(r"(\d)d$", entry.name)
        for weight in entry.params:
            ours, theirs = weight.places.get(self.context.source_prefix), weight.places.get(framework)
            if ours is not None and theirs is not None and ours[0] == attr and ours[1] != theirs[1] and \
                    set(ours[1]) == set(theirs[1]) and (digits or "S*" not in ours[1]):
                spatial = [f"S{i}" for i in range(int(digits.group(1)))] if digits else []
                here, there = ([b for a in axes for b in (spatial if a == "S*" else [a])] for axes in (ours[1], theirs[1]))
                axes = tuple(there.index(a) for a in here)
                moved = self.placed(call(self.use(self.dialect.TRANSPOSE), [self.placed(made, node), axes]), node)
                moved.role = IN_SOURCE_ORDER
                return moved
        return made

    def constructor_value(self, entry: registry.Entry, node: Host) -> Node | None:
        """The constructor's argument that an attribute of a layer repeats, where it means the same at this place."""
        owner, attr = node.fields["value"], node.fields["attr"]
        own = isinstance(owner, Host) and owner.kind == "Attribute" and self.is_self(owner.fields["value"])
        in_init = own and bool(self.functions) and self.functions[-1]["role"] == "init"
        layer = self.context.only_layer(self.owner, owner.fields["attr"], entry.name, in_init) if own else \
            self.layer_read(node)
        source = entry.sources(self.context.source_prefix)
        names = [p.expr.id for s in source for p in s.params if p.name == attr and isinstance(p.expr, ast.Name)]
        if layer is None or not names or names[0] not in layer.args:
            return None
        value = layer.args[names[0]]
        if not isinstance(value, Node):
            return const(value)
        if is_literal(value) or in_init and isinstance(value, Host) and value.kind == "Name":
            lowered = self.visit(value)
            return Host(lowered.kind, lowered.fields, verbatim=False)
        return None

    def without_weight(self, target: Any, value: Any, node: Host) -> Host | None:
        """`self.bias = None` of a layer: the option by which it does not make the weight; None for other assignments."""
        if not (isinstance(target, Host) and target.kind == "Attribute" and is_literal(value) and literal(value) is None):
            return None
        attr, owner = target.fields["attr"], target.fields["value"]
        if attr not in self.dialect.OPTIONAL_WEIGHTS or self.own_parameter(target):
            return None
        base = self.context.ancestor_layer(self.owner) if self.is_self(owner) else None
        sort = f"layer:{base}" if base else self.narrowed_sort(owner) or self.own_attribute(owner) or ""
        entry = registry.REGISTRY.get(("layer", sort[6:])) if sort.startswith("layer:") else None
        if entry is None or not any(w.places.get(self.context.source_prefix, ("",))[0] == attr for w in entry.params):
            return None
        slots = self.dialect.OPTIONAL_WEIGHTS[attr]
        option = slots.get(entry.family, slots[""])
        if option == self.dialect.BUILT:
            return None
        place = Host("Attribute", {"value": self.visit(owner), "attr": option}, verbatim=False)
        return self.placed(Host("Assign", {"targets": [place], "value": const(False)}), node)

    # -- layers that are never called -----------------------------------------------------------------------------------

    def built(self, assign: Host, node: Host, value: Node) -> Node:
        """A layer whose weights are read without calling it is built in the constructor."""
        target = node.fields["targets"][0]
        made = self.with_input_size(assign, node, value) if isinstance(value, Layer) else assign
        if not (isinstance(value, Layer) and (self.owner, target.fields["attr"]) in self.context.read_only_layers):
            return made
        place = Host("Attribute", {"value": assign.fields["targets"][0], "attr": "build"}, verbatim=False)
        value = wrapped_layer(value)
        if not isinstance(value, Layer):
            return made
        if value.op == "embedding":
            return Block([made, Host("Expr", {"value": call(place, [])}, verbatim=False)], span=node.span, verbatim=False)
        size, rank = value.args.get("I"), spatial_rank(value.op)
        if size is None or rank is None:
            return made
        shape = (None, *[None] * rank, self.visit(size) if isinstance(size, Node) else size)
        build = Host("Expr", {"value": call(place, [shape])}, verbatim=False)
        return Block([made, build], span=node.span, verbatim=False)

    def built_here(self, made: Any, node: Host) -> Node:
        """In a subclass of a layer, `super().__init__(…)` that is followed by reads of the layer's own weights."""
        base = self.context.base_layer(self.owner)
        frame = self.functions[-1] if self.functions else None
        rank = spatial_rank(base) if base is not None else None
        func = node.fields["value"].fields.get("func") if isinstance(node.fields["value"], Host) else None
        if rank is None or frame is None or frame["role"] != "init" or self.dialect is self.context.source_dialect or \
                not (isinstance(func, Host) and func.fields.get("attr") == "__init__") or not any(
                    isinstance(n, Host) and n.kind == "Attribute" and n.fields["attr"] in ("weight", "bias") and
                    self.is_self(n.fields["value"]) for n in frame["node"].walk()):
            return made
        signature = registry.entry("layer", base or "").sources(self.context.source_prefix)[0]
        size = next(p.name for p in signature.params if isinstance(p.expr, ast.Name) and p.expr.id == "I")
        shape = [const(None)] * (rank + 1) + [dotted_name(f"{frame['self']}.{size}")]
        build = call(self.use("adapters.build_early"), [dotted_name(frame["self"]), *shape])
        return Block([made, Host("Expr", {"value": build}, verbatim=False)], span=node.span, verbatim=False)

    # -- layers around layers -------------------------------------------------------------------------------------------

    def wrapped_in_place(self, node: Host, value: Layer) -> Host:
        """A layer wrapper as a statement, which changes a layer in the source: its name then holds the wrapper."""
        held = wrapped_layer(value)
        known = isinstance(held, Host) and held.kind == "Attribute" and dotted_path(held) is not None or \
            isinstance(held, Host) and held.kind == "Name" and self.is_made_here(held.fields["id"])
        if not known:
            made = self.mark(node, "TG013", "a layer is changed that others may hold",
                             "Put the result where the layer is held: self.layer = …")
            return Host("Expr", {"value": made}, verbatim=False)
        target = self.visit(held)
        made = self.visit(value)
        return self.placed(Host("Assign", {"targets": [target], "value": made}), node)

    def is_made_here(self, name: str) -> bool:
        """True where the function gives a name nothing but layers that it makes."""
        bound = [n.fields["value"] for n in self.functions[-1]["node"].walk() if isinstance(n, Host) and n.kind == "Assign"
                 and any(t.fields.get("id") == name for t in n.fields["targets"] if isinstance(t, Host))] \
            if self.functions else []
        return bool(bound) and all(isinstance(v, Layer) for v in bound)

    # -- calls ----------------------------------------------------------------------------------------------------------

    def keyword_arguments(self, node: Host, made: Host) -> Host:
        """Positional arguments of a module's call that are no tensors are passed by name: the target demands it."""
        events = [e for e in self.context.evidence.events(self.file.module, node.site, "call")
                  if e.callee.endswith("." + self.context.source_dialect.FORWARD) and e.data.get("m") is not None]
        if not events or any(isinstance(a, Host) and a.kind == "Starred" for a in made.fields["args"]):
            return made
        names = self.context.forward_parameters(events[0].callee)
        plain = [any(i < len(e.data["a"]) and e.data["a"][i] is not None and not has_tensor(e.data["a"][i])
                     for e in events) for i in range(len(made.fields["args"]))]
        if not any(plain) or names is None or len(names) < len(plain):
            return made
        first = plain.index(True)
        words = [Host("keyword", {"arg": names[i], "value": made.fields["args"][i]}, verbatim=False)
                 for i in range(first, len(plain))]
        fields = {**made.fields, "args": made.fields["args"][:first], "keywords": [*words, *made.fields["keywords"]]}
        return Host("Call", fields, made.role, site=made.site, span=made.span, verbatim=False)

    def private_name(self, node: Host, made: Host) -> Host:
        """The target derives a layer's name from its class; a leading underscore makes no valid one."""
        name = (self.owner or "").rpartition(":")[2].rpartition(".")[2]
        if not name.startswith("_") or any(k.fields["arg"] == "name" for k in made.fields["keywords"]) or \
                not self.context.has_framework_base(self.owner):
            return made
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip("_")).lower()
        number = call(Host("Name", {"id": "str"}, verbatim=False), [call(self.use(self.dialect.UNIQUE_NUMBER), [snake])])
        unique = Host("BinOp", {"left": const(snake + "_"), "op": "Add", "right": number}, verbatim=False)
        word = Host("keyword", {"arg": "name", "value": unique}, verbatim=False)
        fields = {**made.fields, "keywords": [*made.fields["keywords"], word]}
        return Host("Call", fields, made.role, site=made.site, span=made.span, verbatim=False)
