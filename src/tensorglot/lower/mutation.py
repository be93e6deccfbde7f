"""Tensors that are changed in place: the target's do not change, so the name, variable or part gets a new value."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..pivot.nodes import Host, Node, Op, call

#: Rules and ops whose result shares memory with their operand in the source.
_VIEWS = frozenset({"reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "permute", "transpose", "select", "split",
                    "unbind", "expand"})
_VIEW_OPS = frozenset({"narrow", "diagonal", "unfold"})


class Mutation:
    """Mixin of `Lowerer`."""

    layouts: Any
    own_parameter: Any

    def inplace_statement(self, node: Host, value: Op) -> Node | None:
        """`x.add_(y)` as a statement rebinds the name; None where what it changes is read nowhere else."""
        x = changed(value)
        if isinstance(x, Op) and x.op == "getitem":
            return self.part_changed(node, value, x)
        if isinstance(x, Op):
            rule = registry.entry("function", x.op).rule.split()[0]
            return self.lost_change(node) if rule in _VIEWS or x.op in _VIEW_OPS else None
        if not (isinstance(x, Host) and x.kind in ("Name", "Attribute", "Subscript")):
            return None
        if x.kind == "Attribute" and x.fields["attr"] in ("weight", "bias") and not self.own_parameter(x) and \
                self.functions and self.context.in_initialisation(self.functions[-1]["name"]):  # type: ignore[attr-defined]
            return self.not_initialised(node)  # type: ignore[attr-defined,no-any-return]
        lowered = self.visit(value)  # type: ignore[attr-defined]
        target = self.visit(x)  # type: ignore[attr-defined]
        if self.own_parameter(x):
            assign = Host("Attribute", {"value": target, "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [lowered])}), node)  # type: ignore[attr-defined,no-any-return]
        if x.kind == "Subscript":
            return self.lost_change(node)
        return self.placed(Host("Assign", {"targets": [target], "value": lowered}), node)  # type: ignore[attr-defined,no-any-return]

    def part_changed(self, node: Host, value: Op, part: Op) -> Node | None:
        """`x[i].add_(y)`: the part with its new value is put in its place."""
        layout = self.layouts.sites.get(self.key(part))  # type: ignore[attr-defined]
        if layout is not None and (layout.before or layout.after is not None or layout.rewrite.noop):
            return self.lost_change(node)
        args = {"x": part.args["x"], "index": part.args["index"], "value": value}
        return self.inplace_statement(node, Op("setitem", args, list(args), "inplace", site=part.site, span=node.span,
                                               verbatim=False))

    def lost_change(self, node: Host) -> Node:
        """The mark of a change that would be lost."""
        mark = self.mark(node, "TG013", "in-place change of a part of a tensor",  # type: ignore[attr-defined]
                         "Build the new tensor with where or concatenate.")
        return self.placed(Host("Expr", {"value": mark}), node)  # type: ignore[attr-defined,no-any-return]


def changed(value: Op) -> Any:
    """What an in-place op changes; `x` in `x.mul_(a).add_(b)` and in `x.data.add_(b)`."""
    x = value.args.get("x")
    while isinstance(x, Op) and (x.style == "inplace" or x.op == "stop_gradient"):
        x = x.args.get("x")
    return x
