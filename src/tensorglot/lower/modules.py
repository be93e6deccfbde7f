"""Lowering of module classes: bases, constructors, forward methods, parameters, containers, statements."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..lift.host import first_parameter_of
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
    is_literal,
    literal,
    unwrapped,
)
from .containers import Containers
from .idioms import truth
from .initial import InitialValues
from .mutation import Mutation

#: Creation ops whose result the target can make with an initialiser: op → initialiser.
_FILLS = {"zeros": "zeros", "ones": "ones", "empty": "zeros", "empty_float32": "zeros", "randn": "random_normal"}


class Modules(Containers, InitialValues, Mutation):
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
            made = self.generic(node)  # type: ignore[attr-defined]
            self.classes.pop()
            return made
        self.classes.append(key)
        fields = dict(node.fields)
        fields["bases"] = [self.base(b, key) for b in node.fields["bases"]]
        body = self.statements(node.fields["body"])
        fields["body"] = self.context.with_config(self, node, key, body)
        fields["decorator_list"] = [self.serializable(key), *self.decorators(node)]
        self.classes.pop()
        return Host("ClassDef", fields, node.role, site=node.site, span=node.span,
                    verbatim=node.verbatim)

    def decorators(self, node: Host) -> list[Node]:
        """Decorators of a definition; the framework's own have no meaning for the numbers and are left out."""
        return [self.visit(d) for d in node.fields["decorator_list"] if not isinstance(d, Idiom)]  # type: ignore[attr-defined]

    def serializable(self, key: str) -> Host:
        """The decorator that lets saved models find the class, and make it again where its config is not plain."""
        name = "adapters.saved" if key in self.context.saved else self.dialect.SERIALIZABLE  # type: ignore[attr-defined]
        return call(self.use(name), [], {"package": self.file.module})  # type: ignore[attr-defined]

    def base(self, node: Node, key: str) -> Node:
        """A base class: modules that are built as a whole are models, the others layers."""
        if isinstance(node, Ref) and node.sort == "type":
            if node.op == "module":
                text = self.dialect.MODEL if self.context.is_model(key) else self.dialect.BASES["module"]
                return self.placed(self.use(text), node)  # type: ignore[attr-defined]
            if node.op == "sequential" and self.context.calls_its_layers(key):
                return self.placed(self.use("adapters.Chain"), node)  # type: ignore[attr-defined]
            if node.op in self.dialect.BASES:
                return self.placed(self.use(self.dialect.BASES[node.op]), node)  # type: ignore[attr-defined]
        if isinstance(node, Ref) and node.sort == "layer":
            wrapper = self.target.wrapper("layer", node.op, node.variant)
            self.target.bases.add(wrapper)
            return self.placed(self.use(wrapper), node)  # type: ignore[attr-defined]
        return self.visit(node)  # type: ignore[attr-defined]

    def statements(self, body: list[Node]) -> list[Node]:
        """Lowered statements, in order."""
        return [self.with_changes(s, self.visit(s)) if isinstance(s, Host) else self.visit(s) for s in body]  # type: ignore[attr-defined]

    # -- functions ----------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: Host) -> Node:
        name = self.qualname(node.fields["name"])
        in_class = bool(self.classes) and (not self.functions or self.functions[-1]["class"] != self.owner)
        owner = self.owner if in_class else (self.functions[-1]["owner"] if self.functions else None)
        args = node.fields["args"].fields
        positional = [*args["posonlyargs"], *args["args"]]
        receiver = positional[0].fields["arg"] if in_class and positional else \
            (self.functions[-1]["self"] if self.functions else None)
        frame: dict[str, Any] = {"name": name, "class": self.owner, "owner": owner, "role": node.role, "self": receiver,
                                 "node": node, "lost": set()}
        self.cold_forward(node, owner if in_class else None)  # type: ignore[attr-defined]
        self.functions.append(frame)
        fields = {k: self.visit(v) if isinstance(v, (list, Node)) and k != "body" else v  # type: ignore[attr-defined]
                  for k, v in node.fields.items() if k != "decorator_list"}
        fields["decorator_list"] = self.decorators(node)
        fields["body"] = self.statements(node.fields["body"])
        self.functions.pop()
        if node.role == "forward":
            fields["name"] = self.dialect.FORWARD
        elif in_class:
            fields["name"] = self.context.renamed(owner, node.fields["name"])
        fresh = fields["name"] != node.fields["name"]
        if in_class and self.context.needs_training(owner, node.fields["name"]):
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
                self.context.needs_training(frame["owner"], frame["name"].split(".<locals>.")[0].split(".")[-1]):
            return self.placed(Host("Name", {"id": "training"}), node)  # type: ignore[attr-defined]
        return self.mark(node, "TG013", "the training flag is read outside of the forward computation",  # type: ignore[attr-defined]
                         "Pass it as an argument.")

    # -- statements ---------------------------------------------------------------------------------------------------

    def visit_Expr(self, node: Host) -> Node:
        value = node.fields["value"]
        if isinstance(value, Idiom):
            done = self.statement_idiom(node, value)  # type: ignore[attr-defined]
            if done is not None:
                return done
        if isinstance(value, Buffer):
            return self.buffer(node, value)
        if wrapped_layer(value) is not value:
            return self.simple(self.wrapped_in_place(node, value), node)  # type: ignore[attr-defined]
        if isinstance(value, Op) and value.style == "inplace":
            changed = self.inplace_statement(node, value)
            if changed is not None:
                return changed
        made = self.generic(node)  # type: ignore[attr-defined]
        return self.simple(self.rebound(node, made), node)

    def simple(self, made: Host, node: Host) -> Node:
        """A simple statement whose value is marked raises as a whole."""
        value = made.fields.get("value")
        if isinstance(value, Host) and value.role == "marked" and self.functions:
            reason = value.fields["args"][0]
            error = Host("Raise", {"exc": call(_name("NotImplementedError"), [reason]), "cause": None})
            self.target.adapters_unused("unsupported", value)
            return self.placed(error, node)  # type: ignore[attr-defined]
        return made

    def visit_Return(self, node: Host) -> Node:
        return self.simple(self.generic(node), node)  # type: ignore[attr-defined]

    def visit_Assign(self, node: Host) -> Node:
        value = node.fields["value"]
        unpacked = self.unpacked(node)  # type: ignore[attr-defined]
        if unpacked is not None:
            return unpacked
        target = node.fields["targets"][0]
        if isinstance(value, Parameter) and isinstance(target, Host) and target.kind == "Attribute":
            made = self.parameter(value, target.fields["attr"])
            return Host("Assign", {"targets": self.visit(node.fields["targets"]), "value": made}, site=node.site,  # type: ignore[attr-defined]
                        span=node.span, verbatim=node.verbatim)
        reported = len(self.sink.items)
        made = self.generic(node)  # type: ignore[attr-defined]
        if self.computed_in_vain(node, made, reported) or _to_itself(made, value):
            return Block([], span=node.span, verbatim=False)
        if isinstance(target, Host) and target.kind == "Attribute" and self.in_forward() and self.own_parameter(target) \
                and self.is_self(target.fields["value"]):
            assign = Host("Attribute", {"value": made.fields["targets"][0], "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [made.fields["value"]])}), node)  # type: ignore[attr-defined]
        if isinstance(target, Host) and target.kind == "Attribute" and self.is_self(target.fields["value"]) and \
                self.functions[-1]["role"] == "init" and self.context.is_chain(self.owner) and self.is_layer_value(value):
            return self.chained(made, node)
        if isinstance(target, Host) and target.kind == "Attribute" and isinstance(value, Layer):
            return self.built(made, node, value)  # type: ignore[attr-defined]
        return self.simple(self.rebound(node, made), node)

    def is_layer_value(self, value: Node) -> bool:
        """True for expressions that make a layer."""
        return isinstance(value, Layer) or self.context.makes_module(self.key(value))  # type: ignore[attr-defined]

    def chained(self, made: Host, node: Host) -> Node:
        """`self.norm = …` in the constructor of a chain also adds the layer to the chain."""
        target = made.fields["targets"][0]
        func = Host("Attribute", {"value": _name(self.functions[-1]["self"]), "attr": "add"}, verbatim=False)
        copy = Host("Attribute", {"value": _name(self.functions[-1]["self"]), "attr": target.fields["attr"]},
                    verbatim=False)
        add = Host("Expr", {"value": call(func, [copy])}, verbatim=False)
        return Block([made, add], span=node.span, verbatim=False)

    def visit_AugAssign(self, node: Host) -> Node:
        """`x += y`: rebinding, as tensors of the target do not change in place."""
        layout = self.layouts.sites.get(self.key(node))  # type: ignore[attr-defined]
        made = self.generic(node)  # type: ignore[attr-defined]
        spot = made.fields["target"]
        spot = unwrapped(spot)
        if isinstance(spot, Host) and spot.role == "marked":
            return self.simple(Host("Expr", {"value": spot}), node)
        target = node.fields["target"]
        mixed = len(self.layouts.dtypes.get(self.key(node), ())) > 1  # type: ignore[attr-defined]
        own = self.own_parameter(target) and self.in_forward()
        if not own and not mixed and (layout is None or not (layout.before or layout.after)):
            return made
        left, right = made.fields["target"], made.fields["value"]
        if layout is not None:
            if 0 in layout.before:
                left = self.transposed(left, layout.before[0])  # type: ignore[attr-defined]
            if 1 in layout.before:
                right = self.transposed(right, layout.before[1])  # type: ignore[attr-defined]
        value: Node = Host("BinOp", {"left": left, "op": node.fields["op"], "right": right}, verbatim=False)
        if layout is not None and layout.after is not None:
            value = self.transposed(value, layout.after)  # type: ignore[attr-defined]
        if own:
            assign = Host("Attribute", {"value": made.fields["target"], "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [value])}), node)  # type: ignore[attr-defined]
        return self.placed(Host("Assign", {"targets": [made.fields["target"]], "value": value}), node)  # type: ignore[attr-defined]

    def visit_If(self, node: Host) -> Node:
        """Branches on flags that are constant in the target are resolved."""
        narrowed = self.context.narrowing(node.fields["test"])
        self.context.narrowed.append(narrowed)
        try:
            return self.branch(node)
        finally:
            self.context.narrowed.pop()

    def branch(self, node: Host) -> Node:
        """An `if` whose test may narrow names."""
        if isinstance(node.fields["test"], Host) and node.fields["test"].kind != "Constant":
            test = self.visit(node.fields["test"])  # type: ignore[attr-defined]
            known = truth(test)
            if known is True:
                return Block(self.statements(node.fields["body"]), span=node.span, verbatim=False)
            if known is False:
                return Block(self.statements(node.fields["orelse"]), span=node.span, verbatim=False)
        else:
            test = self.visit(node.fields["test"])  # type: ignore[attr-defined]
            known = truth(test) if isinstance(node.fields["test"], Idiom) else None
            if known is False:
                return Block(self.statements(node.fields["orelse"]), span=node.span, verbatim=False)
        body = self.statements(node.fields["body"])
        others = self.context.narrowed.pop()
        orelse = self.statements(node.fields["orelse"])
        self.context.narrowed.append(others)
        if not orelse and all(isinstance(s, Block) and not s.body for s in body) and \
                not any(isinstance(n, Host) and n.kind == "Call" for n in test.walk()):
            return Block([], span=node.span, verbatim=False)
        return Host("If", {"test": test, "body": body, "orelse": orelse}, site=node.site, span=node.span,
                    verbatim=node.verbatim)

    def visit_IfExp(self, node: Host) -> Node:
        fields = {"test": self.visit(node.fields["test"])}  # type: ignore[attr-defined]
        self.context.narrowed.append(self.context.narrowing(node.fields["test"]))
        fields["body"] = self.visit(node.fields["body"])  # type: ignore[attr-defined]
        self.context.narrowed.pop()
        fields["orelse"] = self.visit(node.fields["orelse"])  # type: ignore[attr-defined]
        made = Host(node.kind, fields, node.role, site=node.site, span=node.span, verbatim=node.verbatim)
        known = truth(made.fields["test"])
        if known is None or made.fields["test"].verbatim:
            return made
        kept = made.fields["body"] if known else made.fields["orelse"]
        return kept

    def visit_UnaryOp(self, node: Host) -> Node:
        made = self.generic(node)  # type: ignore[attr-defined]
        known = truth(made.fields["operand"]) if made.fields["op"] == "Not" else None
        if known is not None and not made.fields["operand"].verbatim:
            return self.placed(const(not known), node)  # type: ignore[attr-defined]
        return made

    def visit_BoolOp(self, node: Host) -> Node:
        made = self.generic(node)  # type: ignore[attr-defined]
        absorbing = made.fields["op"] == "Or"
        values = [v for v in made.fields["values"] if v.verbatim or truth(v) is not (not absorbing)]
        if any(truth(v) is absorbing and not v.verbatim for v in values):
            return self.placed(const(absorbing), node)  # type: ignore[attr-defined]
        if len(values) == len(made.fields["values"]):
            return made
        if not values:
            return self.placed(const(not absorbing), node)  # type: ignore[attr-defined]
        if len(values) == 1:
            return values[0]
        return self.placed(Host("BoolOp", {"op": made.fields["op"], "values": values}), node)  # type: ignore[attr-defined]

    # -- attributes ---------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: Host) -> Node:
        made = self.generic(node)  # type: ignore[attr-defined]
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
        return self.layer_attribute(node, made)  # type: ignore[attr-defined]

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

    def narrowed(self, node: Any) -> str | None:
        """Family of the layer whose weight `node` is, by an enclosing isinstance test or the attribute's type."""
        if not (isinstance(node, Host) and node.kind == "Attribute"):
            return None
        owner = node.fields["value"]
        sort = self.narrowed_sort(owner) or self.context.sort_of(owner, self) or ""  # type: ignore[attr-defined]
        entry = registry.REGISTRY.get(("layer", sort[6:])) if sort.startswith("layer:") else None
        return entry.family if entry else None

    def visit_Compare(self, node: Host) -> Node:
        """`layer.bias is not None` asks whether the layer has one, which holds before it is built, too."""
        left = node.fields["left"]
        if node.fields["ops"] in (["Is"], ["IsNot"]) and isinstance(left, Host) and left.kind == "Attribute" and \
                left.fields["attr"] in self.dialect.OPTIONAL_WEIGHTS and is_literal(node.fields["comparators"][0]):
            family = self.narrowed(left)
            if family is not None:
                slots = self.dialect.OPTIONAL_WEIGHTS[left.fields["attr"]]
                flag: Node = Host("Attribute", {"value": self.visit(left.fields["value"]),  # type: ignore[attr-defined]
                                                "attr": slots.get(family, slots[""])}, verbatim=False)
                if node.fields["ops"] == ["Is"]:
                    flag = Host("UnaryOp", {"op": "Not", "operand": flag}, verbatim=False)
                return self.placed(flag, node)  # type: ignore[attr-defined]
        made = self.generic(node)  # type: ignore[attr-defined]
        value = unwrapped(made.fields["left"])
        if node.fields["ops"] in (["Is"], ["IsNot"]) and not value.verbatim and is_literal(value) and \
                is_literal(node.fields["comparators"][0]):  # an attribute that is always the same in the target
            same = literal(value) is literal(node.fields["comparators"][0])
            return self.placed(const(same is (node.fields["ops"] == ["Is"])), node)  # type: ignore[attr-defined]
        return made

    # -- parameters and buffers -----------------------------------------------------------------------------------------

    def parameter(self, node: Parameter, name: str | None) -> Node:
        """A variable of the layer: by `add_weight` where an initialiser says it all, else from its value."""
        value = node.value
        if name is not None and isinstance(value, Op) and value.op in _FILLS and set(value.given) <= {"shape"}:
            shape = self._filled_shape(value)
            if shape is not None:
                words: dict[str, Any] = {"shape": shape, "initializer": _FILLS[value.op]}
                if value.op == "randn":
                    made, deviation = self.dialect.NORMAL_INITIALIZER
                    words["initializer"] = call(self.use(made), [], {deviation: 1.0})  # type: ignore[attr-defined]
                if not node.trainable:
                    words["trainable"] = False
                words["name"] = name
                func = Host("Attribute", {"value": _name(self.functions[-1]["self"]), "attr": "add_weight"},
                            verbatim=False)
                return self.placed(call(func, [], words), node)  # type: ignore[attr-defined]
        filled = self._filled_in_place(value) if name is not None else None
        if filled is not None:
            words = {"shape": filled[0], "initializer": filled[1], "name": name}
            func = Host("Attribute", {"value": _name(self.functions[-1]["self"]), "attr": "add_weight"}, verbatim=False)
            return self.placed(call(func, [], words), node)  # type: ignore[attr-defined]
        words = {}
        if not node.trainable:
            words["trainable"] = False
        if name is not None:
            words["name"] = name
        made = call(self.use(self.dialect.VARIABLE), [self.visit(value)], words)  # type: ignore[attr-defined]
        return self.placed(made, node)  # type: ignore[attr-defined]

    def _filled_in_place(self, value: Node) -> tuple[Node, Node] | None:
        """Shape and initialiser of `empty(shape).normal_(…)` and its like."""
        if not (isinstance(value, Op) and value.style == "inplace" and isinstance(value.args.get("x"), Op)):
            return None
        base = value.args["x"]
        init = self.context.fill_initialiser(value)
        if base.op not in _FILLS or init is None:
            return None
        shape, made = self._filled_shape(base), self._initialiser(init)  # type: ignore[attr-defined]
        return (shape, made) if shape is not None and made is not None else None

    def _filled_shape(self, value: Op) -> Node | None:
        layout = self.layouts.sites.get(self.key(value))  # type: ignore[attr-defined]
        shape = value.args.get("shape")
        if layout is not None and "shape" in layout.rewrite.args:
            shape = layout.rewrite.args["shape"]
        if isinstance(shape, (tuple, list)):
            return const(tuple(self.visit(list(shape))))  # type: ignore[attr-defined]
        if isinstance(shape, Host) and shape.kind in ("Tuple", "List"):
            return const(tuple(self.visit(shape.fields["elts"])))  # type: ignore[attr-defined]
        if isinstance(shape, Host):
            return const((self.visit(shape),)) if self.rank_one(value) else None  # type: ignore[attr-defined]
        return None

    def rank_one(self, value: Op) -> bool:
        """True where evidence shows that a creation op made tensors of rank 1 from one number."""
        layout = self.layouts.sites.get(self.key(value))  # type: ignore[attr-defined]
        return layout is not None and layout.out_order is not None and len(layout.out_order) == 1

    def buffer(self, node: Host, value: Buffer) -> Node:
        """`register_buffer`: a variable that is not trained; a plain attribute where it is not saved."""
        name = value.name.fields["value"] if isinstance(value.name, Host) and is_literal(value.name) else None
        initial = self.visit(value.value)  # type: ignore[attr-defined]
        empty = isinstance(value.value, Host) and value.value.kind == "Constant"
        if not empty and (value.persistent or name in self.context.changed_attributes(self.owner)):
            words: dict[str, Any] = {"trainable": False}
            if name is not None:
                words["name"] = name
            dtype: Any = self.integer_dtype(value.value)
            if dtype is None and name in self.layouts.single.get(self.owner, ()):  # type: ignore[attr-defined]
                dtype = call(self.use(self.target.full(self.dialect.DEFAULT_FLOAT)), [])  # type: ignore[attr-defined]
            if dtype is not None:
                words["dtype"] = dtype
            made = call(self.use(self.dialect.VARIABLE), [initial], words)  # type: ignore[attr-defined]
            initial = self.unless_none(value.value, initial, made)
        return self.placed(self.attribute_statement(value.owner, value.name, initial), node)  # type: ignore[attr-defined]

    def unless_none(self, value: Node, initial: Node, made: Host) -> Host:
        """`None if mask is None else Variable(mask)` for a name that the constructor also binds to None."""
        name = value.fields["id"] if isinstance(value, Host) and value.kind == "Name" else None
        assigned = [n.fields["value"] for n in self.functions[-1]["node"].walk() if isinstance(n, Host) and n.kind == "Assign"
                    and any(isinstance(t, Host) and t.fields.get("id") == name for t in n.fields["targets"])]
        if name is None or not any(is_literal(a) and literal(a) is None for a in assigned):
            return made
        test = Host("Compare", {"left": initial, "ops": ["Is"], "comparators": [const(None)]}, verbatim=False)
        return Host("IfExp", {"test": test, "body": const(None), "orelse": made}, verbatim=False)

    def integer_dtype(self, value: Node) -> str | None:
        """Dtype of a buffer that is not floating point."""
        seen = self.context.dtypes.get(self.key(value), ())  # type: ignore[attr-defined]
        return seen[0] if len(seen) == 1 and not seen[0].startswith(("float", "bfloat")) else None

    def attribute_statement(self, owner: Node, name: Node, value: Any) -> Host:
        """`owner.name = value`, or `setattr` where the name is computed."""
        target = self.visit(owner)  # type: ignore[attr-defined]
        if is_literal(name) and isinstance(literal(name), str) and literal(name).isidentifier():
            renamed = self.context.renamed(self.owner, literal(name))
            attribute = Host("Attribute", {"value": target, "attr": renamed}, verbatim=False)
            return Host("Assign", {"targets": [attribute], "value": const(value)})
        return Host("Expr", {"value": call(_name("setattr"), [target, self.visit(name), value])})  # type: ignore[attr-defined]

    def set_attribute(self, node: Host, value: Idiom) -> Node:
        """`add_module` and `register_parameter`."""
        owner, name = value.args["owner"], value.args["name"]
        item = value.args["value"]
        if isinstance(name, Host) and name.kind == "Starred":  # `add_module(*pair)`
            return self.placed(Host("Expr", {"value": call(_name("setattr"), [self.visit(owner), self.visit(name)])}), node)  # type: ignore[attr-defined]
        text = literal(name) if is_literal(name) else None
        made = self.parameter(item, text) if isinstance(item, Parameter) else self.visit(item)  # type: ignore[attr-defined]
        role = self.context.role_of(self.owner) if self.is_self(owner) else None
        sort = self.context.sort_of(owner, self) if role is None else None
        if role == "sequential" or sort == "layer:sequential":
            if text is not None and text in self.context.names_read and not isinstance(item, Parameter):
                return self.named_item(node, owner, name, made)
            func = Host("Attribute", {"value": self.visit(owner), "attr": "add"}, verbatim=False)  # type: ignore[attr-defined]
            return self.placed(Host("Expr", {"value": call(func, [made])}), node)  # type: ignore[attr-defined]
        if role == "module_dict" or sort == "layer:module_dict":
            place = Host("Subscript", {"value": self.visit(owner), "slice": self.visit(name)}, verbatim=False)  # type: ignore[attr-defined]
            return self.placed(Host("Assign", {"targets": [place], "value": made}), node)  # type: ignore[attr-defined]
        return self.placed(self.attribute_statement(owner, name, made), node)  # type: ignore[attr-defined]

    # -- host calls that concern modules ----------------------------------------------------------------------------------

    def host_call(self, node: Host) -> Node | None:
        """Calls of host functions and of modules' own methods that are written otherwise in the target."""
        func = node.fields["func"]
        if isinstance(func, Host) and func.kind == "Name" and func.fields["id"] == "isinstance" and \
                len(node.fields["args"]) == 2:
            return self.isinstance_call(node)
        if isinstance(func, Host) and func.kind == "Name" and func.fields["id"] in ("len", "enumerate", "iter", "list",
                                                                                    "zip", "reversed"):
            made = self.generic(node)  # type: ignore[attr-defined]
            args = [self.iterated(o, a) for o, a in zip(node.fields["args"], made.fields["args"])]
            if any(a is not b for a, b in zip(args, made.fields["args"])):
                made.fields["args"] = args
                return made
            return None
        holder = first_parameter_of(node)
        if holder is not None and self.dialect is not self.context.source_dialect:
            weights = Host("Attribute", {"value": self.visit(holder), "attr": "trainable_weights"}, verbatim=False)  # type: ignore[attr-defined]
            return self.placed(Host("Subscript", {"value": weights, "slice": const(0)}), node)  # type: ignore[attr-defined]
        if not (isinstance(func, Host) and func.kind == "Attribute"):
            return None
        if func.fields["attr"] == "__init__" and self.context.is_chain(self.owner) and \
                not self.context.calls_its_layers(self.owner) and \
                node.fields["args"] and isinstance(func.fields["value"], Host) and func.fields["value"].kind == "Call":
            return self.sequential_init(node)
        if func.fields["attr"] == "__init__" and self.owner is not None and isinstance(func.fields["value"], Host) and \
                func.fields["value"].kind == "Call":
            return self.private_name(node, self.generic(node))  # type: ignore[attr-defined]
        return self.context.method_idiom(self, node, func)

    def isinstance_call(self, node: Host) -> Node | None:
        """`isinstance` of layer classes, with the target's classes."""
        value, classes = node.fields["args"]
        members = classes.fields["elts"] if isinstance(classes, Host) and classes.kind == "Tuple" else [classes]
        if not any(isinstance(m, Ref) for m in members):
            return None
        if any(isinstance(m, Ref) and m.sort == "type" and m.op == "tensor" for m in members):
            return self.placed(call(self.use(self.dialect.IS_TENSOR), [self.visit(value)]), node)  # type: ignore[attr-defined]
        names: list[str] = []
        for member in members:
            if isinstance(member, Ref) and member.sort == "layer":
                names += self.context.layer_classes(self.dialect, member.op)
        shown: list[Node] = [self.use(n) for n in dict.fromkeys(names)]  # type: ignore[attr-defined]
        shown += [self.visit(m) for m in members if not (isinstance(m, Ref) and m.sort == "layer")]  # type: ignore[attr-defined]
        second = shown[0] if len(shown) == 1 else Host("Tuple", {"elts": shown}, verbatim=False)
        return self.placed(call(_name("isinstance"), [self.visit(value), second]), node)  # type: ignore[attr-defined]

    # -- imports ------------------------------------------------------------------------------------------------------------

    def visit_Import(self, node: Host) -> Node:
        """Imports of the source framework go; what the target needs is added by the emitter."""
        return self.context.imports(self, node)

    visit_ImportFrom = visit_Import


def _name(text: str) -> Host:
    return Host("Name", {"id": text}, verbatim=False)


def _to_itself(made: Host, original: Node) -> bool:
    """True for `x = x`: what a permutation of axes comes to where the storage order already is the wanted one."""
    value, targets = made.fields["value"], made.fields["targets"]
    if isinstance(value, Host) and value.kind == "Paren":
        value = value.fields["value"]
    return not isinstance(original, Host) and len(targets) == 1 and isinstance(value, Host) and \
        isinstance(targets[0], Host) and value.kind == targets[0].kind == "Name" and \
        value.fields["id"] == targets[0].fields["id"]
