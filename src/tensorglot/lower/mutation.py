"""Tensors that are changed in place: the target's do not change, so the name, variable or part gets a new value."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.image_codecs import IN_SOURCE_ORDER
from ..lift.scope import parameters
from ..parts import Part
from ..pivot.nodes import Block, Canonical, Host, Node, Op, call, literal, unwrapped
from .attributes import in_initialisation
from .layers import LAYER_WEIGHT

#: Rules and ops whose result shares memory with their operand in the source.
_VIEWS = frozenset({"reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "permute", "transpose", "select", "split",
                    "unbind", "expand"})
_VIEW_OPS = frozenset({"narrow", "diagonal", "unfold"})


class Mutation(Part):
    """Part of `Lowerer`."""

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
        variable = self.own_parameter(x) or self.is_loop_parameter(x)
        if self.is_initial(x):
            return self.weight_given(node, x, value.args["y"]) if value.op == "copy_into" and self.is_weight(x) else \
                self.not_initialised(node)
        if self.is_for_the_caller(node, value, x):
            mark = self.mark(node, "TG013", "an argument is changed in place, for whoever called this",
                             "Return the tensor, and use the result of the call.")
            return self.placed(Host("Expr", {"value": mark}), node)
        held = value.args["x"]
        if isinstance(held, Op) and held.op == "stop_gradient":  # `x.data.add_(y)`
            value = Op(value.op, {**value.args, "x": held.args["x"]}, value.given, value.style, site=value.site,
                       span=value.span, verbatim=False)
        whole = value.op == "copy_into" and variable and self.same_shape(value)
        lowered = self.visit(value.args["y"] if whole else value)
        target = self.visit(x)
        if variable:
            assign = Host("Attribute", {"value": target, "attr": "assign"}, verbatim=False)
            return self.placed(Host("Expr", {"value": call(assign, [lowered])}), node)
        set_weight = self.weight_assigned(target, lowered)
        if set_weight is not None:
            return self.placed(set_weight, node)
        plain = unwrapped(target)
        if x.kind == "Subscript" or plain.kind not in ("Name", "Attribute"):  # a weight that is stored in another order
            return self.lost_change(node)
        return self.placed(Host("Assign", {"targets": [target], "value": lowered}), node)

    def is_for_the_caller(self, node: Host, value: Op, x: Host) -> bool:
        """True where code that no example ran changes an argument that its function does not read again. (Of code that
        ran it is known whether the caller reads the change.)"""
        frame = self.functions[-1] if self.functions else None
        if frame is None or frame["role"] == "forward" or self.changed_parameter() or x.kind != "Name" or \
                self.dialect is self.context.source_dialect or \
                self.context.evidence.events(self.file.module, value.site):
            return False
        names = {p.fields["arg"] for p in parameters(frame["node"])}
        return x.fields["id"] in names and not self.read_again(node, x.fields["id"])

    def changed_parameter(self) -> str | None:
        """The argument that the function changes in place and that it returns in the target, where the source returns
        nothing."""
        name = self.functions[-1]["name"] if self.functions else ""
        return self.context.aliasing.returning.get(f"{self.file.module}:{name}")

    def with_return(self, body: list[Node]) -> list[Node]:
        """The body of such a function, which ends by giving back what it changed."""
        name = self.changed_parameter()
        last = body[-1]
        if name is None or isinstance(last, Host) and last.kind in ("Return", "Raise"):
            return body
        return [*body, Host("Return", {"value": Host("Name", {"id": name}, verbatim=False)}, verbatim=False)]

    def is_initial(self, changed_: Node) -> bool:
        """True for a layer's weight in a function that sets initial values: no layer of the target has weights yet."""
        if self.is_loop_parameter(changed_):
            return bool(self.sets_initial_values())
        return isinstance(changed_, Host) and changed_.kind == "Attribute" and \
            changed_.fields["attr"] in ("weight", "bias") and not self.own_parameter(changed_) and \
            bool(self.functions) and in_initialisation(self.functions[-1]["name"])

    def weight_assigned(self, target: Node, value: Node) -> Host | None:
        """The statement that gives a layer's weight, here as it is read, a value with the source's axes; or None."""
        weight = unwrapped(target)
        axes = None
        if weight.role == IN_SOURCE_ORDER:
            weight, axes = unwrapped(weight.fields["args"][0]), literal(weight.fields["args"][1])
        if weight.role != LAYER_WEIGHT:
            return None
        if axes is not None:
            value = call(self.use(self.dialect.TRANSPOSE), [value, tuple(axes.index(i) for i in range(len(axes)))])
        assign = Host("Attribute", {"value": weight, "attr": "assign"}, verbatim=False)
        return Host("Expr", {"value": call(assign, [value])})

    def same_shape(self, node: Op) -> bool:
        """True where all tensors of an op had one shape in every example."""
        events = self.context.evidence.events(self.file.module, node.site, "op")
        shapes = {tuple(e.tensors[a["t"]]["shape"]) for e in events for a in e.data["a"] if isinstance(a, dict) and "t" in a}
        return len(shapes) == 1

    def part_changed(self, node: Host, value: Op, part: Op) -> Node | None:
        """`x[i].add_(y)`: the part with its new value is put in its place."""
        layout = self.layouts.sites.get(self.key(part))
        if layout is not None and (layout.before or layout.after is not None or layout.rewrite.noop):
            return self.lost_change(node)
        own = self.layouts.sites.get(self.key(value))
        put = value.args["y"] if value.op == "copy_into" and (own is None or not own.before) else value
        args = {"x": part.args["x"], "index": part.args["index"], "value": put}
        return self.inplace_statement(node, Op("setitem", args, list(args), "inplace", site=part.site, span=node.span,
                                               verbatim=False))

    # -- what a call changes in its caller's tensors ------------------------------------------------------------------

    def with_changes(self, statement: Host, made: Node) -> Node:
        """A statement whose call changes an argument that is read again: the change is made beforehand, by name."""
        ahead = self.context.aliasing.ahead
        if not ahead or statement.kind not in ("Assign", "Return", "Expr", "AugAssign"):
            return made
        for node in statement.walk():
            if node.site is None or self.key(node) not in ahead:
                continue
            op, position = ahead[self.key(node)]
            args = list(node.args.values()) if isinstance(node, Canonical) else \
                node.fields.get("args", []) if isinstance(node, Host) else []
            name = args[position] if isinstance(position, int) and position < len(args) else None
            if not (isinstance(name, Host) and name.kind == "Name") or _handed_over(statement, name.fields["id"]) > 1:
                error = self.mark(statement, "TG013", "this call changes a tensor in place that is read afterwards",
                                  "Give the changed tensor a name, and hand that on.")
                return self.placed(Host("Expr", {"value": error}), statement)
            plain = Host("Name", {"id": name.fields["id"]}, verbatim=False)
            change = self.express(registry.entry("function", op), Op(op, {"x": plain}, ["x"], "function", span=None),
                                  {"x": plain}, ["x"])
            change.span = None
            assign = Host("Assign", {"targets": [plain], "value": change}, verbatim=False)
            return Block([assign, made], span=statement.span, verbatim=False)
        return made

    def rebound(self, node: Host, made: Host) -> Host:
        """`y = relu_(x)`, or `relu_(x)` alone, or `y = add_shortcut(x)`: the operand has the new value, too."""
        value = node.fields["value"]
        if isinstance(value, Host):
            name = self.given_back(value)
        elif not isinstance(value, Canonical) or isinstance(value, Op) and value.style == "inplace" or \
                self.key(value) not in self.context.aliasing.rebinding:
            return made
        else:
            name = next(iter(value.args.values()), None)
        targets = made.fields.get("targets", [])
        if not (isinstance(name, Host) and name.kind == "Name") or \
                any(isinstance(t, Host) and t.fields.get("id") == name.fields["id"] for t in targets) or \
                not self.read_again(node, name.fields["id"]):
            return made
        targets = [Host("Name", {"id": name.fields["id"]}, verbatim=False), *targets]
        return self.placed(Host("Assign", {"targets": targets, "value": made.fields["value"]}), node)

    def handed_back(self, node: Host, made: Host) -> Node | None:
        """`add_shortcut(x, y)` as a statement, which changes its argument and returns it, or returns nothing: the name gets
        the result."""
        value = node.fields["value"]
        if not isinstance(value, Host) or not self.gives_back(value):
            return None
        name = self.given_back(value)
        if not (isinstance(name, Host) and name.kind == "Name"):
            mark = self.mark(value, "TG013", "this call changes a tensor in place", "Give the result of the call a name.")
            return self.placed(Host("Expr", {"value": mark}), node)
        target = Host("Name", {"id": name.fields["id"]}, verbatim=False)
        return self.placed(Host("Assign", {"targets": [target], "value": made.fields["value"]}), node)

    def gives_back(self, value: Host) -> bool:
        """True for calls that change an argument in place and give it back."""
        return value.kind == "Call" and value.site is not None and self.key(value) in self.context.aliasing.handed_back

    def given_back(self, value: Host) -> Any:
        """The argument that a call changes and gives back; None for other calls."""
        if not self.gives_back(value):
            return None
        given = dict(enumerate(value.fields["args"])) | {k.fields["arg"]: k.fields["value"] for k in value.fields["keywords"]}
        return given.get(self.context.aliasing.handed_back[self.key(value)])

    def read_again(self, node: Host, name: str) -> bool:
        """True where a function reads a name after a statement, or the statement may stand in a loop."""
        function = self.functions[-1]["node"] if self.functions else None
        if function is None or node.span is None:
            return False
        loop = any(isinstance(n, Host) and n.kind in ("For", "While") for n in function.walk())
        return any(isinstance(n, Host) and n.kind == "Name" and n.fields["id"] == name and n.span is not None and
                   (n.span[0] >= node.span[1] or loop and not node.span[0] <= n.span[0] < node.span[1])
                   for n in function.walk())

    def lost_change(self, node: Host) -> Node:
        """The mark of a change that would be lost."""
        mark = self.mark(node, "TG013", "in-place change of a part of a tensor",
                         "Build the new tensor with where or concatenate.")
        return self.placed(Host("Expr", {"value": mark}), node)


def _handed_over(statement: Host, name: str) -> int:
    """How many calls of a statement take a name as an argument."""
    count = 0
    for node in statement.walk():
        if isinstance(node, Canonical) and getattr(node, "style", "") != "operator":
            taken = list(node.args.values())
        elif isinstance(node, Host) and node.kind == "Call":
            taken = [*node.fields["args"], *(k.fields["value"] for k in node.fields["keywords"])]
        else:
            continue
        count += any(isinstance(a, Host) and a.kind == "Name" and a.fields["id"] == name for a in taken)
    return count


def changed(value: Op) -> Any:
    """What an in-place op changes; `x` in `x.mul_(a).add_(b)` and in `x.data.add_(b)`."""
    x = value.args.get("x")
    while isinstance(x, Op) and (x.style == "inplace" or x.op == "stop_gradient"):
        x = x.args.get("x")
    return x
