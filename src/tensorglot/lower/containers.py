"""Lowering of modules that hold others: chains, lists and dicts of layers, their items and iteration over them."""

from __future__ import annotations

from typing import Any

from ..parts import Part
from ..pivot.nodes import Block, Host, Layer, Node, call, const, is_literal, literal
from ..pivot.nodes import name as dotted_name
from .initial import serves_initial_values

#: Layers that hold others.
CONTAINERS = ("sequential", "module_list", "module_dict", "parameter_list", "parameter_dict")


class Containers(Part):
    """Part of `Lowerer`."""

    def container(self, node: Layer) -> Node:
        """`Sequential`, lists and dicts of layers."""
        items = node.args["items"]
        if node.op == "sequential":
            return self.placed(self.sequential(node, items), node)
        value = items[0] if items else next((v for k, v in node.args.items() if k != "items"), None)
        if node.op in ("module_list", "parameter_list"):
            if value is None:
                return self.placed(const([]), node)
            lowered = self.visit(value)
            if isinstance(lowered, Host) and lowered.kind == "GeneratorExp":
                return self.placed(Host("ListComp", dict(lowered.fields)), node)
            if isinstance(lowered, Host) and lowered.kind in ("List", "ListComp"):
                return lowered
            return self.placed(call(dotted_name("list"), [lowered]), node)
        if value is None:
            return self.placed(const({}), node)
        lowered = self.visit(value)
        if isinstance(lowered, Host) and (lowered.kind in ("Dict", "DictComp") or _is_dict_call(lowered)):
            return lowered
        return self.placed(call(dotted_name("dict"), [lowered]), node)

    def sequential(self, node: Layer, items: list[Node]) -> Host:
        if not items:
            return self.empty_sequential(node)
        first = items[0]
        if len(items) == 1 and isinstance(first, Host) and first.kind == "Starred":
            inner = self.visit(first.fields["value"])
            if isinstance(inner, Host) and inner.kind == "GeneratorExp":
                inner = Host("ListComp", dict(inner.fields), verbatim=False)
            elif not (isinstance(inner, Host) and inner.kind in ("List", "ListComp", "Name")):
                inner = call(dotted_name("list"), [inner])
            return call(self.use(self.context.sequential(self.dialect, node)), [inner])
        if len(items) == 1 and isinstance(first, Host) and self.is_ordered_dict(first, node):
            if self.is_asked_by_name(first, node):
                return call(self.use("adapters.named_chain"), [self.visit(first)])
            inner = self._ordered(first)
            return call(self.use(self.context.sequential(self.dialect, node)), [inner])
        made = call(self.use(self.context.sequential(self.dialect, node)), self.visit(items))
        made.role = "bracketed"
        return made

    def is_ordered_dict(self, node: Host, layer: Layer | None) -> bool:
        """True for `OrderedDict(…)` and for names; a single layer is a call of something else."""
        if node.kind == "Call" and isinstance(node.fields["func"], Host):
            func = node.fields["func"]
            return (func.fields.get("id") or func.fields.get("attr")) == "OrderedDict"
        return node.kind == "Name" and layer is not None and self.context.is_dict(self.key(layer))

    def is_asked_by_name(self, node: Host, layer: Layer) -> bool:
        """True where code may ask a chain for its layers by name."""
        if self.dialect is self.context.source_dialect:
            return False
        pairs = node.fields["args"][0] if node.kind == "Call" and node.fields["args"] else None
        listed = [p.fields["elts"][0] for p in pairs.fields["elts"] if isinstance(p, Host) and p.fields.get("elts")] \
            if isinstance(pairs, Host) and pairs.kind in ("List", "Tuple") else []
        names = {literal(n) for n in listed if is_literal(n)} | self.context.keys_seen(self.key(layer))
        return self.context.walks_by_name or bool(names & self.context.names_read)

    def named_item(self, node: Host, owner: Node, name: Node, made: Node) -> Node:
        """`chain.add_module("name", layer)` where the layer is read off the chain by that name."""
        assign = self.attribute_statement(owner, name, made)
        func = Host("Attribute", {"value": self.visit(owner), "attr": "add"}, verbatim=False)
        held = assign.fields["targets"][0] if assign.kind == "Assign" else \
            call(dotted_name("getattr"), [self.visit(owner), self.visit(name)])
        add = Host("Expr", {"value": call(func, [held])}, verbatim=False)
        return Block([assign, add], span=node.span, verbatim=False)

    def _ordered(self, node: Host) -> Node:
        if node.kind == "Call" and node.fields["args"] and isinstance(node.fields["args"][0], Host):
            pairs = node.fields["args"][0]
            if pairs.kind in ("List", "Tuple") and all(isinstance(p, Host) and p.kind in ("Tuple", "List")
                                                       for p in pairs.fields["elts"]):
                return Host("List", {"elts": [self._pair(p) for p in pairs.fields["elts"]]}, span=pairs.span)
        values = Host("Attribute", {"value": self.visit(node), "attr": "values"}, verbatim=False)
        return call(dotted_name("list"), [call(values, [])])

    def _pair(self, node: Host) -> Node:
        """The layer of a (name, layer) pair, in the pair's place."""
        made = self.visit(node.fields["elts"][1])
        outer = Host("Paren", {"value": made}, span=node.span, verbatim=False)
        return outer

    def empty_sequential(self, node: Layer) -> Host:
        """An empty chain is the identity, unless something is added to it later."""
        if self.context.grows(node):
            return call(self.use(self.dialect.BASE_NAMES["sequential"]), [])
        return call(self.use("layers.Identity"), [])

    def container_item(self, node: Host) -> Node | None:
        """`sequential[i]` is `sequential.layers[i]`."""
        if self.context.sort_of(node.fields["value"], self) == "layer:sequential" or \
                self.is_self(node.fields["value"]) and self.context.role_of(self.owner) == "sequential":
            made = self.generic(node)
            made.fields["value"] = Host("Attribute", {"value": made.fields["value"], "attr": "layers"}, verbatim=False)
            return made
        return None

    def visit_For(self, node: Host) -> Node:
        frozen = self.frozen_loop(node)
        if frozen is not None:
            return frozen
        body = self.visit(node.fields["body"]) if serves_initial_values(node) else None
        if body is not None and all(isinstance(s, Block) and not s.body for s in body):
            return Block([], span=node.span, verbatim=False)
        made = self.generic(node) if body is None else self.generic(Host(
            "For", {**node.fields, "body": []}, node.role, site=node.site, span=node.span, verbatim=node.verbatim))
        made.fields["body"] = made.fields["body"] if body is None else body
        made.fields["iter"] = self.iterated(node.fields["iter"], made.fields["iter"])
        return made

    def visit_comprehension(self, node: Host) -> Node:
        made = self.generic(node)
        made.fields["iter"] = self.iterated(node.fields["iter"], made.fields["iter"])
        return made

    def iterated(self, original: Any, lowered: Node) -> Node:
        """Iterating over a sequential chain iterates over its layers."""
        if isinstance(original, Host) and original.kind == "Subscript" and getattr(
                original.fields["slice"], "kind", None) == "Slice":
            return lowered  # a part of a chain is a list of layers
        is_chain = self.is_self(original) and self.context.role_of(self.owner) == "sequential" or \
            self.context.sort_of(original, self) == "layer:sequential"
        if is_chain:
            return self.placed(Host("Attribute", {"value": lowered, "attr": "layers"}), lowered)
        return lowered

    def sequential_init(self, node: Host) -> Node:
        """`super().__init__(*layers)` of a chain: the target takes one list."""
        func = self.visit(node.fields["func"])
        items = node.fields["args"]
        if len(items) == 1 and isinstance(items[0], Host) and items[0].kind == "Starred":
            inner = self.visit(items[0].fields["value"])
            return self.placed(call(func, [inner]), node)
        if len(items) == 1 and isinstance(items[0], Host) and (
                self.is_ordered_dict(items[0], None) or
                items[0].kind == "Name" and self.context.is_dict(self.key(node))):
            return self.placed(call(func, [self._ordered(items[0])]), node)
        made = self.placed(call(func, self.visit(items)), node)
        made.role = "bracketed"
        return made


def _is_dict_call(node: Host) -> bool:
    """True for `dict(…)`."""
    func = node.fields["func"] if node.kind == "Call" else None
    return isinstance(func, Host) and func.kind == "Name" and func.fields["id"] == "dict"
