"""Lowering of module classes: bases, constructors, forward methods, parameters, containers, statements."""

from __future__ import annotations

from typing import Any

from ..catalog.binding import wrapped_layer
from ..lift.host import first_parameter_of
from ..lift.matching import augmented
from ..lift.scope import parameters
from ..pivot.nodes import (
    Block,
    Buffer,
    Host,
    Idiom,
    Layer,
    Mode,
    Node,
    Op,
    Parameter,
    Ref,
    call,
    const,
    dotted_path,
    unwrapped,
)
from ..pivot.nodes import name as dotted_name
from .bases import handed_to_base
from .branches import Branches
from .config import add_config
from .containers import Containers
from .imports import lowered_imports
from .initial import InitialValues
from .instances import Instances
from .memos import Memos
from .methods import forward_chosen, module_method, resets_weights
from .mutation import Mutation
from .parameters import Parameters
from .rescaling import Rescaling
from .trainable import Trainable


class Modules(Branches, Containers, InitialValues, Instances, Memos, Mutation, Parameters, Rescaling, Trainable):
    """Mixin of `Lowerer`."""

    file: Any
    layouts: Any
    dialect: Any
    target: Any
    context: Any
    functions: list[dict[str, Any]]
    classes: list[str]

    # -- classes ------------------------------------------------------------------------------------------------------

    @property
    def owner(self) -> str | None:
        """Key of the class being lowered."""
        return self.classes[-1] if self.classes else None

    def qualname(self, name: str) -> str:
        """Qualified name of a definition here."""
        prefix = ""
        if self.functions and (not self.classes or self.functions[-1]["class"] == self.owner):
            prefix = self.functions[-1]["name"] + ".<locals>."
        elif self.classes:
            prefix = self.classes[-1].split(":")[1] + "."
        return prefix + name

    def visit_ClassDef(self, node: Host) -> Node:
        key = f"{self.file.module}:{self.qualname(node.fields['name'])}"
        if node.role is None or node.role == "layer" and not self.context.is_module(key):
            self.classes.append(key)
            made = self.generic(node)
            self.classes.pop()
            return made
        self.classes.append(key)
        fields = dict(node.fields)
        fields["bases"] = [self.base(b, key) for b in node.fields["bases"]]
        body = self.visit(node.fields["body"])
        fields["body"] = add_config(self.context, self, node, key, body)
        fields["decorator_list"] = [self.serializable(key), *self.decorators(node)]
        self.classes.pop()
        return Host("ClassDef", fields, node.role, site=node.site, span=node.span,
                    verbatim=node.verbatim)

    def decorators(self, node: Host) -> list[Node]:
        """Decorators of a definition; the framework's own have no meaning for the numbers and are left out."""
        return [self.visit(d) for d in node.fields["decorator_list"] if not isinstance(d, Idiom)]

    def serializable(self, key: str) -> Host:
        """The decorator that lets saved models find the class, and make it again where its config is not plain."""
        name = "adapters.saved" if key in self.context.saved else self.dialect.SERIALIZABLE
        return call(self.use(name), [], {"package": self.file.module})

    def base(self, node: Node, key: str) -> Node:
        """A base class: modules that are built as a whole are models, the others layers."""
        if isinstance(node, Ref) and node.sort == "type":
            if node.op == "module":
                text = self.dialect.MODEL if self.context.is_model(key) else self.dialect.BASE_NAMES["module"]
                return self.placed(self.use(text), node)
            if node.op == "sequential" and self.context.calls_its_layers(key):
                return self.placed(self.use("adapters.Chain"), node)
            if node.op in self.dialect.BASE_NAMES:
                return self.placed(self.use(self.dialect.BASE_NAMES[node.op]), node)
        if isinstance(node, Ref) and node.sort == "layer":
            wrapper = self.target.wrapper("layer", node.op, node.variant)
            self.target.bases.add(wrapper)
            handed = self.target.handed.setdefault(wrapper, {})
            for name, default in handed_to_base(self.context, node, key).items():
                handed[name] = default and handed.get(name, True)
            return self.placed(self.use(wrapper), node)
        return self.visit(node)

    # -- functions ----------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: Host) -> Node:
        if self.serves_rescaling(node):
            return Block([], span=node.span, verbatim=False)
        name = self.qualname(node.fields["name"])
        in_class = bool(self.classes) and (not self.functions or self.functions[-1]["class"] != self.owner)
        owner = self.owner if in_class else (self.functions[-1]["owner"] if self.functions else None)
        args = node.fields["args"].fields
        positional = [*args["posonlyargs"], *args["args"]]
        receiver = positional[0].fields["arg"] if in_class and positional else \
            (self.functions[-1]["self"] if self.functions else None)
        frame: dict[str, Any] = {"name": name, "class": self.owner, "owner": owner, "role": node.role, "self": receiver,
                                 "node": node, "lost": set()}
        self.cold_forward(node, owner if in_class else None)
        self.functions.append(frame)
        fields = {k: self.visit(v) if isinstance(v, (list, Node)) and k != "body" else v
                  for k, v in node.fields.items() if k != "decorator_list"}
        fields["decorator_list"] = self.decorators(node)
        fields["body"] = self.with_return(self.visit(node.fields["body"]))
        if self.changed_parameter() and fields.get("returns") is not None:
            changed = next(a for a in parameters(node) if a.fields["arg"] == self.changed_parameter())
            fields["returns"] = self.visit(changed.fields.get("annotation"))
        overrides = in_class and node.fields["name"] in self.context.source_dialect.LAYER_FUNCTIONS and \
            self.context.base_layer(owner)
        if overrides:
            mark = self.mark(node, "TG013", f"{node.fields['name']} overrides what the layer of the source calls; the "
                             "target's layer does not call it", "Override forward, and call the function there.")
            fields["body"] = [self.simple(Host("Expr", {"value": mark}), node)]
            fields["args"] = Host("arguments", {**fields["args"].fields, "defaults": [const(None)] * (len(positional) - 2)},
                                  verbatim=False)
        self.functions.pop()
        if node.role == "forward" or overrides:
            fields["name"] = self.dialect.FORWARD
        elif in_class:
            fields["name"] = self.context.renamed(owner, node.fields["name"])
        fresh = fields["name"] != node.fields["name"]
        if in_class and self.context.training.needs(owner, node.fields["name"]):
            fields["args"] = self.with_training(fields["args"])
        made = Host(node.kind, fields, node.role, site=node.site, span=node.span,
                    verbatim=node.verbatim)
        made.fields["renamed"] = fresh
        return made

    visit_AsyncFunctionDef = visit_FunctionDef

    @staticmethod
    def with_training(arguments: Host) -> Host:
        """The parameters with `training=None` added."""
        f = dict(arguments.fields)
        if any(a.fields["arg"] == "training" for a in [*f["args"], *f["kwonlyargs"]]):
            return arguments
        new = Host("arg", {"arg": "training", "annotation": None}, verbatim=False)
        if f.get("vararg") or f["kwonlyargs"]:
            f["kwonlyargs"] = [*f["kwonlyargs"], new]
            f["kw_defaults"] = [*f["kw_defaults"], const(None)]
        else:
            f["args"] = [*f["args"], new]
            f["defaults"] = [*f["defaults"], const(None)]
        return Host("arguments", f, verbatim=False)

    def in_forward(self) -> bool:
        """True inside a method other than the constructor."""
        return bool(self.functions) and self.functions[-1]["role"] != "init" and self.functions[-1]["class"] is not None

    def is_self(self, node: Any) -> bool:
        """True for the `self` of the current method."""
        return bool(self.functions) and isinstance(node, Host) and node.kind == "Name" and \
            node.fields["id"] == self.functions[-1]["self"]

    def training_flag(self, node: Mode) -> Node:
        """The training flag is an argument of `call`."""
        frame = self.functions[-1] if self.functions else None
        if frame is not None and self.is_self(node.owner) and frame["role"] != "init" and \
                self.context.training.needs(frame["owner"], frame["name"].split(".<locals>.")[0].split(".")[-1]):
            return self.placed(Host("Name", {"id": "training"}), node)
        return self.mark(node, "TG013", "the training flag is read outside of the forward computation",
                         "Pass it as an argument.")

    # -- statements ---------------------------------------------------------------------------------------------------

    def visit_Expr(self, node: Host) -> Node:
        value = node.fields["value"]
        if isinstance(value, Host) and value.kind == "Tuple" and any(isinstance(e, Idiom) for e in value.fields["elts"]):
            each = [Host("Expr", {"value": e}, span=e.span, verbatim=False) for e in value.fields["elts"]]
            return Block([self.visit(e) for e in each], span=node.span, verbatim=False)  # `self.add_module(…),`
        if isinstance(value, Idiom):
            done = self.statement_idiom(node, value)
            if done is not None:
                return done
        if isinstance(value, Buffer):
            return self.buffer(node, value)
        if wrapped_layer(value) is not value:
            return self.simple(self.wrapped_in_place(node, value), node)
        frozen = self.frozen_module(node)
        if frozen is not None:
            return frozen
        if isinstance(value, Op) and value.style == "inplace":
            changed = self.inplace_statement(node, value)
            if changed is not None:
                return changed
        if resets_weights(self, value):
            return self.not_initialised(node)
        rescaled = self.rescaled(node)
        if rescaled is not None:
            return rescaled
        made = self.generic(node)
        changed = self.handed_back(node, made)
        if changed is not None:
            return changed
        if isinstance(value, Host) and value.kind == "Call" and dotted_path(unwrapped(made.fields["value"])):
            return Block([], span=node.span, verbatim=False)  # `self.to(device)`
        return self.built_here(self.simple(self.rebound(node, made), node), node)

    def simple(self, made: Host, node: Host) -> Node:
        """A simple statement whose value is marked raises as a whole."""
        value = made.fields.get("value")
        if isinstance(value, Host) and value.role == "marked" and self.functions:
            reason = value.fields["args"][0]
            error = Host("Raise", {"exc": call(dotted_name("NotImplementedError"), [reason]), "cause": None})
            self.target.adapters_unused("unsupported", value)
            return self.placed(error, node)
        return made

    def visit_Return(self, node: Host) -> Node:
        changed = self.changed_parameter()
        if changed is not None and node.fields.get("value") is None:
            return self.placed(Host("Return", {"value": Host("Name", {"id": changed}, verbatim=False)}), node)
        return self.simple(self.generic(node), node)

    def visit_Assign(self, node: Host) -> Node:
        value = node.fields["value"]
        unpacked = self.unpacked(node)
        if unpacked is not None:
            return unpacked
        special = forward_chosen(self, node) or self.flagged(node) or self.data_assigned(node) or (
            self.weight_replaced(node, value) if isinstance(value, Parameter) else None)
        if special is not None:
            return special
        target = node.fields["targets"][0]
        if isinstance(value, Parameter) and isinstance(target, Host) and target.kind == "Attribute":
            made = self.parameter(value, target.fields["attr"])
            return Host("Assign", {"targets": self.visit(node.fields["targets"]), "value": made}, site=node.site,
                        span=node.span, verbatim=node.verbatim)
        without = self.without_weight(target, value, node) if len(node.fields["targets"]) == 1 else None
        if without is not None:
            return without
        reported = len(self.sink.items)
        made = self.generic(node)
        if self.computed_in_vain(node, made, reported) or _to_itself(made, value):
            return Block([], span=node.span, verbatim=False)
        if isinstance(target, Host) and target.kind == "Attribute" and self.own_parameter(target) and \
                self.is_self(target.fields["value"]) and not is_none(value) and (
                    self.in_forward() or self.is_registered(target.fields["attr"], node)):
            assign = Host("Attribute", {"value": made.fields["targets"][0], "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [made.fields["value"]])}), node)
        if isinstance(target, Host) and target.kind == "Attribute" and self.is_self(target.fields["value"]) and \
                self.functions[-1]["role"] == "init" and self.context.is_chain(self.owner) and self.is_layer_value(value):
            return self.chained(made, node)
        if isinstance(target, Host) and target.kind == "Attribute" and isinstance(value, Layer):
            return self.built(made, node, value)
        return self.simple(self.rebound(node, made), node)

    def is_layer_value(self, value: Node) -> bool:
        """True for expressions that make a layer."""
        return isinstance(value, Layer) or self.context.makes_module(self.key(value))

    def chained(self, made: Host, node: Host) -> Node:
        """`self.norm = …` in the constructor of a chain also adds the layer to the chain."""
        target = made.fields["targets"][0]
        func = Host("Attribute", {"value": dotted_name(self.functions[-1]["self"]), "attr": "add"}, verbatim=False)
        copy = Host("Attribute", {"value": dotted_name(self.functions[-1]["self"]), "attr": target.fields["attr"]},
                    verbatim=False)
        add = Host("Expr", {"value": call(func, [copy])}, verbatim=False)
        return Block([made, add], span=node.span, verbatim=False)

    def visit_AugAssign(self, node: Host) -> Node:
        """`x += y`: rebinding, as tensors of the target do not change in place."""
        if self.is_lost(node.fields["target"]):
            return Block([], span=node.span, verbatim=False)
        layout = self.layouts.sites.get(self.key(node))
        made = self.generic(node)
        spot = made.fields["target"]
        spot = unwrapped(spot)
        if isinstance(spot, Host) and spot.role == "marked":
            return self.simple(Host("Expr", {"value": spot}), node)
        target = node.fields["target"]
        mixed = len(self.layouts.dtypes.get(self.key(node), ())) > 1
        own = self.own_parameter(target) and self.in_forward()
        if isinstance(target, Op) and target.op == "stop_gradient":  # `self.weight.data *= mask`
            target, spot = target.args["x"], unwrapped(self.visit(target.args["x"]))
        if self.is_initial(target):
            return self.not_initialised(node)
        weight = self.weight_assigned(spot, Host("BinOp", {"left": spot, "op": node.fields["op"],
                                                           "right": made.fields["value"]}, verbatim=False))
        if weight is not None:
            return self.placed(weight, node)
        if not own and not mixed and (layout is None or not (layout.before or layout.after)):
            return made
        events = self.context.evidence.events(self.file.module, node.site, "op")
        value = self.visit(augmented(node, target, node.fields["value"], events, self.context.source_dialect))
        if own:
            assign = Host("Attribute", {"value": made.fields["target"], "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [value])}), node)
        return self.placed(Host("Assign", {"targets": [made.fields["target"]], "value": value}), node)

    # -- attributes ---------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: Host) -> Node:
        if node.role == "module's forward":
            return self.placed(self.visit(node.fields["value"]), node)
        made = self.generic(node)
        if node.role == "forward" and node.fields["attr"] == "forward":
            made.fields["attr"] = self.dialect.FORWARD
            made.verbatim = False
            return made
        owner = self.functions[-1]["owner"] if self.functions else None
        if owner is not None and self.is_self(node.fields["value"]):
            renamed = self.context.renamed(owner, node.fields["attr"])
        else:
            renamed = self.context.renamed_elsewhere(node, self)
        if renamed != node.fields["attr"]:
            made.fields["attr"] = renamed
            made.verbatim = False
            return made
        return self.layer_attribute(node, made)

    def own_attribute(self, node: Any) -> str | None:
        """What the class being lowered holds in an attribute of `self`."""
        if self.functions and isinstance(node, Host) and node.kind == "Attribute" and self.is_self(node.fields["value"]):
            return self.context.classes.attribute(self.functions[-1]["owner"] or "", node.fields["attr"])
        return None

    def own_parameter(self, node: Any) -> bool:
        """True for attributes that hold a parameter or buffer of a project module."""
        if not (isinstance(node, Host) and node.kind == "Attribute" and self.functions):
            return False
        owner = self.functions[-1]["owner"]
        return owner is not None and self.is_self(node.fields["value"]) and \
            self.context.classes.attribute(owner, node.fields["attr"]) == "parameter"

    # -- host calls that concern modules ----------------------------------------------------------------------------------

    def host_call(self, node: Host) -> Node | None:
        """Calls of host functions and of modules' own methods that are written otherwise in the target."""
        func = node.fields["func"]
        if isinstance(func, Host) and func.kind == "Name" and func.fields["id"] == "isinstance" and \
                len(node.fields["args"]) == 2:
            return self.isinstance_call(node)
        if isinstance(func, Host) and func.kind == "Name" and func.fields["id"] in ("len", "enumerate", "iter", "list",
                                                                                    "zip", "reversed"):
            made = self.generic(node)
            args = [self.iterated(o, a) for o, a in zip(node.fields["args"], made.fields["args"])]
            if any(a is not b for a, b in zip(args, made.fields["args"])):
                made.fields["args"] = args
                return made
            return None
        number = self.number_of(node)
        if number is not None:
            return number
        holder = first_parameter_of(node)
        if holder is not None and self.dialect is not self.context.source_dialect:
            weights = Host("Attribute", {"value": self.visit(holder), "attr": "trainable_weights"}, verbatim=False)
            return self.placed(Host("Subscript", {"value": weights, "slice": const(0)}), node)
        if not (isinstance(func, Host) and func.kind == "Attribute"):
            return None
        if func.fields["attr"] == "__init__" and self.context.is_chain(self.owner) and \
                not self.context.calls_its_layers(self.owner) and \
                node.fields["args"] and isinstance(func.fields["value"], Host) and func.fields["value"].kind == "Call":
            return self.sequential_init(node)
        if func.fields["attr"] == "__init__" and self.owner is not None and isinstance(func.fields["value"], Host) and \
                func.fields["value"].kind == "Call":
            return self.private_name(node, self.generic(node))
        return module_method(self, node, func)

    def number_of(self, node: Host) -> Node | None:
        """`int(x)` of a tensor with one element that has axes: only scalars of the target become numbers."""
        if dotted_path(node.fields["func"]) not in ("int", "float") or len(node.fields["args"]) != 1:
            return None
        held = [e.tensors[e.data["a"][0]["t"]] for e in self.context.evidence.events(self.file.module, node.site, "call")
                if e.data["a"] and isinstance(e.data["a"][0], dict) and "t" in e.data["a"][0]]
        if not any(info["shape"] for info in held):
            return None
        x = node.fields["args"][0]
        scalar = Op("squeeze", {"x": x}, ["x"], "function", span=None, verbatim=False)
        return self.placed(call(self.visit(node.fields["func"]), [self.visit(scalar)]), node)

    # -- imports ------------------------------------------------------------------------------------------------------------

    def visit_Import(self, node: Host) -> Node:
        """Imports of the source framework go; what the target needs is added by the emitter."""
        return lowered_imports(self, node)

    visit_ImportFrom = visit_Import


def is_none(value: Any) -> bool:
    """True for the literal None."""
    return isinstance(value, Host) and value.kind == "Constant" and value.fields["value"] is None


def _to_itself(made: Host, original: Node) -> bool:
    """True for `x = x`: what a permutation of axes comes to where the storage order already is the wanted one."""
    value, targets = made.fields["value"], made.fields["targets"]
    value = unwrapped(value)
    return not isinstance(original, Host) and len(targets) == 1 and isinstance(value, Host) and \
        isinstance(targets[0], Host) and value.kind == targets[0].kind == "Name" and \
        value.fields["id"] == targets[0].fields["id"]
