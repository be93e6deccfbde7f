"""Branches and tests: what is known to hold in the target is resolved."""

from __future__ import annotations

import operator
import re
from typing import Any

from ..catalog import registry
from ..parts import Part
from ..pivot.nodes import (
    Block,
    Host,
    Idiom,
    Node,
    const,
    is_literal,
    literal,
    unwrapped,
)
from .idioms import truth
from .instances import narrowing

#: Functions of Python that have no effect.
_QUESTIONS = frozenset({"len", "isinstance", "hasattr", "getattr"})


class Branches(Part):
    """Part of `Lowerer`."""

    def visit_If(self, node: Host) -> Node:
        """Branches on flags that are constant in the target are resolved."""
        narrowed = narrowing(node.fields["test"])
        self.context.narrowed.append(narrowed)
        try:
            return self.branch(node)
        finally:
            self.context.narrowed.pop()

    def branch(self, node: Host) -> Node:
        """An `if` whose test may narrow names."""
        computed = self.recomputed(node)
        if computed is not None:
            return computed
        if isinstance(node.fields["test"], Host) and node.fields["test"].kind != "Constant":
            test = self.visit(node.fields["test"])
            known = truth(test)
            if known is True:
                return Block(self.visit(node.fields["body"]), span=node.span, verbatim=False)
            if known is False:
                return Block(self.visit(node.fields["orelse"]), span=node.span, verbatim=False)
        else:
            test = self.visit(node.fields["test"])
            known = truth(test) if isinstance(node.fields["test"], Idiom) else None
            if known is False:
                return Block(self.visit(node.fields["orelse"]), span=node.span, verbatim=False)
        body = self.visit(node.fields["body"])
        others = self.context.narrowed.pop()
        orelse = self.visit(node.fields["orelse"])
        self.context.narrowed.append(others)
        if not orelse and all(isinstance(s, Block) and not s.body for s in body) and \
                all(isinstance(n.fields["func"], Host) and n.fields["func"].fields.get("id") in _QUESTIONS
                    for n in test.walk() if isinstance(n, Host) and n.kind == "Call"):
            return Block([], span=node.span, verbatim=False)
        return Host("If", {"test": test, "body": body, "orelse": orelse}, site=node.site, span=node.span,
                    verbatim=node.verbatim)

    def visit_IfExp(self, node: Host) -> Node:
        fields = {"test": self.visit(node.fields["test"])}
        self.context.narrowed.append(narrowing(node.fields["test"]))
        fields["body"] = self.visit(node.fields["body"])
        self.context.narrowed.pop()
        fields["orelse"] = self.visit(node.fields["orelse"])
        made = Host(node.kind, fields, node.role, site=node.site, span=node.span, verbatim=node.verbatim)
        known = truth(made.fields["test"])
        if known is None or made.fields["test"].verbatim:
            return made
        kept = made.fields["body"] if known else made.fields["orelse"]
        return kept

    def visit_UnaryOp(self, node: Host) -> Node:
        made = self.generic(node)
        known = truth(made.fields["operand"]) if made.fields["op"] == "Not" else None
        if known is not None and not made.fields["operand"].verbatim:
            return self.placed(const(not known), node)
        return made

    def visit_BoolOp(self, node: Host) -> Node:
        made = self.generic(node)
        absorbing = made.fields["op"] == "Or"
        values = [v for v in made.fields["values"] if v.verbatim or truth(v) is not (not absorbing)]
        if any(truth(v) is absorbing and not v.verbatim for v in values):
            return self.placed(const(absorbing), node)
        if len(values) == len(made.fields["values"]):
            return made
        if not values:
            return self.placed(const(not absorbing), node)
        if len(values) == 1:
            return values[0]
        return self.placed(Host("BoolOp", {"op": made.fields["op"], "values": values}), node)

    def narrowed(self, node: Any) -> str | None:
        """Family of the layer whose weight `node` is, by an enclosing isinstance test, the attribute's type, or what
        examples saw."""
        if not (isinstance(node, Host) and node.kind == "Attribute"):
            return None
        owner = node.fields["value"]
        sort = self.narrowed_sort(owner) or self.context.sort_of(owner, self) or ""
        entry = registry.REGISTRY.get(("layer", sort[6:])) if sort.startswith("layer:") else None
        seen = {entry.family} if entry else self.families_seen(node)
        return seen.pop() if len(seen) == 1 else None

    def visit_Compare(self, node: Host) -> Node:
        """`layer.bias is not None` asks whether the layer has one, which holds before it is built, too."""
        left = node.fields["left"]
        if node.fields["ops"] in (["Is"], ["IsNot"]) and isinstance(left, Host) and left.kind == "Attribute" and \
                left.fields["attr"] in self.dialect.OPTIONAL_WEIGHTS and is_literal(node.fields["comparators"][0]):
            family = self.narrowed(left)
            if family is not None:
                slots = self.dialect.OPTIONAL_WEIGHTS[left.fields["attr"]]
                flag: Node = Host("Attribute", {"value": self.visit(left.fields["value"]),
                                                "attr": slots.get(family, slots[""])}, verbatim=False)
                if node.fields["ops"] == ["Is"]:
                    flag = Host("UnaryOp", {"op": "Not", "operand": flag}, verbatim=False)
                return self.placed(flag, node)
        made = self.generic(node)
        value = unwrapped(made.fields["left"])
        newer = self.newer_version(node.fields, value)
        if newer is not None:
            return self.placed(const(newer), node)
        if node.fields["ops"] in (["Is"], ["IsNot"], ["Eq"], ["NotEq"]) and not value.verbatim and is_literal(value) and \
                is_literal(node.fields["comparators"][0]):  # an attribute that is always the same in the target
            one, other = literal(value), literal(node.fields["comparators"][0])
            same = one is other if node.fields["ops"][0].startswith("Is") else one == other
            return self.placed(const(same is (node.fields["ops"][0] in ("Is", "Eq"))), node)
        return made

    def newer_version(self, fields: dict[str, Any], left: Node) -> bool | None:
        """What a comparison of the source framework's version with a text says; None for other comparisons."""
        right = fields["comparators"][0]
        test = {"Gt": operator.gt, "GtE": operator.ge, "Lt": operator.lt, "LtE": operator.le}.get(fields["ops"][0])
        if test is None or len(fields["ops"]) > 1 or left.verbatim or not (is_literal(left) and is_literal(right)) or \
                literal(left) != self.context.source_dialect.VERSION or not isinstance(literal(right), str):
            return None
        return bool(test(*([int(part) for part in re.findall(r"\d+", literal(side))] for side in (left, right))))
