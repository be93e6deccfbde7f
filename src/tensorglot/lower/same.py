"""Lowering to the framework that the program is written in: host code stays, and only pivot nodes are written anew."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from ..catalog import registry
from ..catalog.codecs import BY_NAME, CODECS
from ..pivot.nodes import Block, Canonical, Host, Idiom, Layer, Marked, Node, Op, Parameter, Ref, call, const
from .engine import Lowerer


class SameFramework(Lowerer):
    """Lowers one file of a framework that has no class of its own for that."""

    def visit(self, node: Any) -> Any:
        if not isinstance(node, Host):
            return super().visit(node)
        method = getattr(self, f"host_{node.kind}", None)
        return method(node) if method else self.generic(node)

    def host_ClassDef(self, node: Host) -> Host:
        """Definitions: decorators that the pivot holds no more of than that they were there go with the text."""
        kept = [d for d in node.fields["decorator_list"] if not isinstance(d, Idiom) or self.is_kept(d)]
        return self.generic(Host(node.kind, {**node.fields, "decorator_list": kept}, node.role, site=node.site,
                                 span=node.span, verbatim=node.verbatim))

    host_FunctionDef = host_AsyncFunctionDef = host_ClassDef

    def host_Expr(self, node: Host) -> Node:
        """Statements that add layers to a chain, one for each; what means nothing is left out."""
        value = node.fields["value"]
        if self.is_kept(value):
            return self.generic(node)
        if isinstance(value, Idiom) and value.name == "append":
            func = Host("Attribute", {"value": self.visit(value.args["owner"]), "attr": self.dialect.APPEND}, verbatim=False)
            body: list[Node] = [Host("Expr", {"value": call(func, [self.visit(i)])}, verbatim=False)
                                for i in value.args["items"]]
            return Block(body, span=node.span, verbatim=False)
        if isinstance(value, Idiom) and value.name == "nothing":
            return Block([], span=node.span, verbatim=False)
        return self.generic(node)

    def lower_marked(self, node: Marked) -> Node:
        """A construct that the pivot does not know stays as it was written."""
        return self.visit(node.original)

    def lower_layer(self, node: Layer) -> Node:
        entry = registry.entry("layer", node.op)
        by_name = _written_by_codec(entry, self.dialect.PREFIX)
        args = {k: v if k in by_name and isinstance(v, Ref) else self.visit(v) for k, v in node.args.items()}
        if entry.rule != "host":
            return self.express(entry, node, args, list(node.given))
        items = args.pop("items", [])
        signature = entry.sources(self.dialect.PREFIX)[0]
        label = {"name": args["label"]} if args.get("label") is not None else {}
        return self.placed(call(self.use(self.target.full(signature.callee)), [items] if items else [], label), node)

    def shape_query(self, node: Op, rule: str) -> Node:
        args = {k: self.visit(v) if isinstance(v, Node) else v for k, v in node.args.items()}
        return self.express(registry.entry("function", node.op), node, args, list(node.given))

    def lower_parameter(self, node: Parameter) -> Node:
        value = node.value
        if not (isinstance(value, Idiom) and value.name == "initial_value"):
            flag = {} if node.trainable is True else {self.dialect.PARAMETER_WORDS[1]: self.visit(node.trainable)}
            return self.placed(call(self.use(self.target.full(self.dialect.PARAMETER)), [self.visit(value)], flag), node)
        words = {k: self.visit(v) for k, v in value.args.items() if k != "owner"}
        if node.trainable is not True:
            words["trainable"] = self.visit(node.trainable)
        func = Host("Attribute", {"value": self.visit(value.args["owner"]), "attr": self.dialect.ADD_WEIGHT}, verbatim=False)
        return self.placed(call(func, [], words), node)

    def express(self, entry: registry.Entry, node: Canonical, args: dict[str, Any], given: list[str]) -> Node:
        """The forms by which the framework is read have all of its arguments; they come first."""
        read = getattr(node, "style", "") == "attribute"
        forms = [s for s in entry.sources(self.dialect.PREFIX) if not s.method and s.attribute == read]
        forms += entry.signatures.get(self.dialect.PREFIX, [])
        return super().express(replace(entry, signatures={**entry.signatures, self.dialect.PREFIX: forms}), node, args, given)

    def lower_ref(self, node: Ref) -> Node:
        if node.sort == "type" and node.op == "module" and node.variant:
            return self.placed(self.use(self.dialect.MODEL), node)
        if node.sort not in ("function", "layer"):
            return super().lower_ref(node)
        callee = registry.entry(node.sort, node.op).sources(self.dialect.PREFIX)[node.variant].callee
        return self.placed(self.use(self.target.full(callee)), node)

    def idiom(self, node: Idiom) -> Node:
        if node.name == BY_NAME:
            return self.visit(node.args["name"])
        written = self.dialect.IDIOM_CALLS.get(node.name)
        if written is None:
            return super().idiom(node)
        return self.placed(call(self.use(self.target.full(written)), const(self.visit(node.args["args"])).fields["elts"],
                                self.visit(node.args["keywords"])), node)


def _written_by_codec(entry: registry.Entry, framework: str) -> set[str]:
    """Arguments that a codec writes, and that may be left out: it sees what the pivot holds, such as functions."""
    exprs = [p.expr for s in entry.sources(framework) for p in s.params if isinstance(p.expr, ast.Call)]
    return {str(getattr(e.args[0], "id", "")) for e in exprs if isinstance(e.func, ast.Name) and CODECS[e.func.id].optional}
