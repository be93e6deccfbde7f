"""Parameters and buffers: how a class makes its variables."""

from __future__ import annotations

from typing import Any

from ..infer.precision import is_single
from ..parts import Part
from ..pivot.nodes import (
    Block,
    Buffer,
    Host,
    Idiom,
    Node,
    Op,
    Parameter,
    call,
    const,
    dotted_path,
    is_literal,
    literal,
)
from ..pivot.nodes import name as dotted_name

#: Creation ops whose result the target can make with an initialiser: op → initialiser.
_FILLS = {"zeros": "zeros", "ones": "ones", "empty": "zeros", "empty_float32": "zeros", "randn": "random_normal"}


class Parameters(Part):
    """Part of `Lowerer`."""

    def parameter(self, node: Parameter, name: str | None) -> Node:
        """A variable of the layer: by `add_weight` where an initialiser says it all, else from its value."""
        value = node.value
        if name is not None and isinstance(value, Op) and value.op in _FILLS and (set(value.given) <= {"shape"} or (
                set(value.given) == {"shape", "dtype"} and is_single(value.args["dtype"]))):  # follows the module's dtype
            shape = self._filled_shape(value)
            if shape is not None:
                words: dict[str, Any] = {"shape": shape, "initializer": _FILLS[value.op]}
                if value.op == "randn":
                    made, deviation = self.dialect.NORMAL_INITIALIZER
                    words["initializer"] = call(self.use(made), [], {deviation: 1.0})
                words |= self.trained(node)
                words["name"] = name
                func = Host("Attribute", {"value": dotted_name(self.functions[-1]["self"]), "attr": "add_weight"},
                            verbatim=False)
                return self.placed(call(func, [], words), node)
        filled = self._filled_in_place(value) if name is not None else None
        if filled is not None:
            words = {"shape": filled[0], "initializer": filled[1], **self.trained(node), "name": name}
            func = Host("Attribute", {"value": dotted_name(self.functions[-1]["self"]), "attr": "add_weight"}, verbatim=False)
            return self.placed(call(func, [], words), node)
        words = self.trained(node)
        if name is not None:
            words["name"] = name
        if name in self.layouts.single.get(self.owner, ()):
            words["dtype"] = call(self.use(self.target.full(self.dialect.DEFAULT_FLOAT)), [])
        made = call(self.use(self.dialect.VARIABLE), [self.visit(value)], words)
        return self.placed(made, node)

    def trained(self, node: Parameter) -> dict[str, Any]:
        """The option that says whether a variable is trained, where it may not be."""
        if isinstance(node.trainable, Node):
            return {"trainable": self.visit(node.trainable)}
        return {} if node.trainable else {"trainable": False}

    def _filled_in_place(self, value: Node) -> tuple[Node, Node] | None:
        """Shape and initialiser of `empty(shape).normal_(…)` and its like."""
        if not (isinstance(value, Op) and value.style == "inplace" and isinstance(value.args.get("x"), Op)):
            return None
        base = value.args["x"]
        init = self.context.fill_initialiser(value)
        if base.op not in _FILLS or init is None:
            return None
        shape, made = self._filled_shape(base), self._initialiser(init)
        return (shape, made) if shape is not None and made is not None else None

    def _filled_shape(self, value: Op) -> Node | None:
        layout = self.layouts.sites.get(self.key(value))
        shape = value.args.get("shape")
        if layout is not None and "shape" in layout.rewrite.args:
            shape = layout.rewrite.args["shape"]
        if isinstance(shape, (tuple, list)):
            return const(tuple(self.visit(list(shape))))
        if isinstance(shape, Host) and shape.kind in ("Tuple", "List"):
            return const(tuple(self.visit(shape.fields["elts"])))
        if isinstance(shape, Host):
            return const((self.visit(shape),)) if self.rank_one(value) else None
        return None

    def rank_one(self, value: Op) -> bool:
        """True where evidence shows that a creation op made tensors of rank 1 from one number."""
        layout = self.layouts.sites.get(self.key(value))
        return layout is not None and layout.out_order is not None and len(layout.out_order) == 1

    def buffer(self, node: Host, value: Buffer) -> Node:
        """`register_buffer`: a variable that is not trained; a plain attribute where it is not saved."""
        name = value.name.fields["value"] if isinstance(value.name, Host) and is_literal(value.name) else None
        initial = self.visit(value.value)
        empty = isinstance(value.value, Host) and value.value.kind == "Constant"
        if not empty and (value.persistent or name in self.context.changed_attributes(self.owner)):
            words: dict[str, Any] = {"trainable": False}
            if name is not None:
                words["name"] = name
            dtype: Any = self.integer_dtype(value.value)
            if dtype is None and name in self.layouts.single.get(self.owner, ()):
                dtype = call(self.use(self.target.full(self.dialect.DEFAULT_FLOAT)), [])
            if dtype is not None:
                words["dtype"] = dtype
            made = call(self.use(self.dialect.VARIABLE), [initial], words)
            initial = self.unless_none(value.value, initial, made)
        return self.placed(self.attribute_statement(value.owner, value.name, initial), node)

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
        seen = self.context.dtypes.get(self.key(value), ())
        return seen[0] if len(seen) == 1 and not seen[0].startswith(("float", "bfloat")) else None

    def attribute_statement(self, owner: Node, name: Node, value: Any) -> Host:
        """`owner.name = value`, or `setattr` where the name is computed."""
        target = self.visit(owner)
        if is_literal(name) and isinstance(literal(name), str) and literal(name).isidentifier():
            renamed = self.context.renamed(self.owner, literal(name))
            attribute = Host("Attribute", {"value": target, "attr": renamed}, verbatim=False)
            return Host("Assign", {"targets": [attribute], "value": const(value)})
        return Host("Expr", {"value": call(dotted_name("setattr"), [target, self.visit(name), value])})

    def set_attribute(self, node: Host, value: Idiom) -> Node:
        """`add_module` and `register_parameter`."""
        owner, name = value.args["owner"], value.args["name"]
        item = value.args["value"]
        if isinstance(name, Host) and name.kind == "Starred":  # `add_module(*pair)`
            return self.placed(Host("Expr", {"value": call(dotted_name("setattr"), [self.visit(owner), self.visit(name)])}), node)
        text = literal(name) if is_literal(name) else None
        if text is not None and dotted_path(item) == f"{dotted_path(owner)}.{text}":  # it is registered by its assignment
            return Block([], span=node.span, verbatim=False)
        made = self.parameter(item, text) if isinstance(item, Parameter) else self.visit(item)
        role = self.context.role_of(self.owner) if self.is_self(owner) else None
        sort = self.context.sort_of(owner, self) if role is None else None
        if role == "sequential" or sort == "layer:sequential":
            asked = text in self.context.names_read or self.context.walks_by_name
            if asked and self.dialect is not self.context.source_dialect and not isinstance(item, Parameter):
                return self.named_item(node, owner, name, made)
            func = Host("Attribute", {"value": self.visit(owner), "attr": "add"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(func, [made])}), node)
        if role == "module_dict" or sort == "layer:module_dict":
            place = Host("Subscript", {"value": self.visit(owner), "slice": self.visit(name)}, verbatim=False)
            return self.placed(Host("Assign", {"targets": [place], "value": made}), node)
        return self.placed(self.attribute_statement(owner, name, made), node)
