"""Code that no example ran, beside code whose tensors are stored in another axis order than the source's.

What such code means there is not known: it is marked and raises, it is never written as a guess.
"""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..infer.storage import is_identity
from ..parts import Part
from ..pivot.nodes import Canonical, Host, Layer, LayerCall, Node, Op, Program, Ref, dotted_path, is_literal, literal
from .orders import DISPLAYS, OWN_ORDER, targets

#: Rules whose written form is the same in every storage order; of `demand`, `channel`: the order is the target's own.
_SAME = frozenset({"elementwise", "like", "host", "last", "demand", "channel"})
#: Rules whose layers take what they are given as tokens, tables or targets, which have no spatial axes.
_SAME_LAYERS = _SAME | {"any"}

#: Ops that compare element by element.
_TESTS = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})

#: Ops that promote truth values to numbers.
_ARITHMETIC = frozenset({"add", "subtract", "multiply", "divide"})

_REMEDY = "Give an example that runs it with --model and --input."


def unsafe_modules(program: Program, layouts: Any) -> set[str]:
    """Modules with tensors in another order than the source's, and modules of the project that they import."""
    if layouts.kept:
        return set()
    found = {site[0] for table in (layouts.sites, layouts.layers) for site, layout in table.items()
             if site[0] in program.files and any(not is_identity(o) for o in [*layout.orders, layout.out_order or ()])}
    for module, file in program.files.items():
        if any(isinstance(n, Canonical) and _rule(n) in ("demand", "channel") for n in file.body.walk()):
            found.add(module)
    waiting = sorted(found)
    while waiting:
        for dotted in program.files[waiting.pop()].imports.values():
            user = next((m for m in (dotted, dotted.rpartition(".")[0]) if m in program.files), None)
            if user is not None and user not in found:
                found.add(user)
                waiting.append(user)
    return found


def _rule(node: Canonical) -> str:
    return registry.entry("function" if isinstance(node, Op) else "layer", node.op).rule.split()[0]


class Cold(Part):
    """Part of `Lowerer`."""

    def cold(self, node: Node) -> bool:
        """True for code in a function that no example ran, in a module where axis orders are not the source's."""
        if not self.functions or node.site is None or not self.context.evidence.ran:
            return False
        if self.file.module not in self.context.unsafe(self.layouts):
            return False
        key = (self.file.module, node.site)
        return key not in self.context.evidence.at and key not in self.context.evidence.new

    def cold_op(self, node: Op, rule: str, original: Op) -> Host | None:
        """The mark of an op that means different things in different axis orders, where no example ran it.

        `original` is the op as it stands in the file.
        """
        if not self.cold(node) or _order_free(node, rule) or rule in _SAME - OWN_ORDER:
            return None
        names = self.context.orders(self.layouts).names(self.file.module, self.functions)
        if rule in ("shape", "size"):
            known = self.in_message(node) or self.shape_is_known(node, names) or self.shape_was_tested(node)
            return None if known else self.cold_mark(node, node.op)
        if rule in OWN_ORDER:
            image = node.args.get("x")
            return self.cold_mark(node, node.op) if isinstance(image, Node) and names.holds(image) else None
        return None if names.holds(original) and self.stays_plain(original, names) else self.cold_mark(node, node.op)

    def in_message(self, node: Op) -> bool:
        """True for a whole shape in the text of an error: it is for people, who see the target's tensors."""
        above = self.parents.get(id(node))
        if node.op != "shape" or not isinstance(above, Host) or above.kind != "FormattedValue":
            return False
        inner: Node = node
        while above is not None and not (isinstance(above, Host) and above.kind in ("Raise", "Assert", "FunctionDef", "Lambda")):
            inner, above = above, self.parents.get(id(above))
        return isinstance(above, Host) and (above.kind == "Raise" or above.kind == "Assert" and inner is above.fields["msg"])

    def shape_was_tested(self, node: Op) -> bool:
        """True in the error of a test that asks the same tensor for its shape, whose axis order is noted then."""
        path, above = dotted_path(node.args["x"]), self.parents.get(id(node))
        inner: Node = node
        while above is not None and not (isinstance(above, Host) and (
                above.kind in ("Assert", "FunctionDef") or above.kind == "If" and inner in above.fields["body"])):
            inner, above = above, self.parents.get(id(above))
        if path is None or not isinstance(above, Host) or above.kind == "FunctionDef" or \
                above.kind == "If" and not (isinstance(inner, Host) and inner.kind == "Raise"):
            return False
        for asked in above.fields["test"].walk():
            if isinstance(asked, Op) and asked.op in ("shape", "size") and dotted_path(asked.args["x"]) == path and \
                    self.key(asked) in self.layouts.shapes:
                self.layouts.shapes[self.key(node)] = self.layouts.shapes[self.key(asked)]
                return True
        return False

    def shape_is_known(self, node: Op, names: Any) -> bool:
        """True where the axis order of what is asked for its shape is known; it is noted then."""
        order = names.order_of(node.args.get("x"))
        if order is not None:
            self.layouts.shapes[self.key(node)] = [order]
        return order is not None or bool(names.holds(node.args.get("x")))

    def stays_plain(self, node: Node, names: Any) -> bool:
        """True where a value in the source's order goes where such are expected."""
        above = self.parents.get(id(node))
        if isinstance(above, (Op, LayerCall)):
            return _rule(above) not in OWN_ORDER and self.stays_plain(above, names)
        if not isinstance(above, Host) or above.kind in ("Lambda", "FunctionDef", "AsyncFunctionDef"):
            return False
        if above.kind == "Call":
            return bool(names.holds(above)) and self.stays_plain(above, names)
        if above.kind == "Return":
            return bool(self.layouts.returned.get(names.function, names.orders.gives.get(
                names.function, names.plain_class)))
        if above.kind in ("Assign", "AnnAssign", "AugAssign"):
            bound = targets(above)
            whole = above.fields["targets"] if above.kind == "Assign" else [above.fields["target"]]
            return bool(bound) and id(above) not in names.conflicting and \
                all(isinstance(t, Host) and t.kind in ("Name", "Tuple", "List") for t in whole)
        if above.kind in DISPLAYS or above.kind == "Attribute":
            return self.stays_plain(above, names)
        return above.kind in ("Expr", "If", "While", "Assert", "For")

    def has_truth_operand(self, node: Canonical) -> bool:
        """True for `x * (a == 0)` and `x * ~mask` that no example ran: the target's operators make truth values of it."""
        values = [node.args.get(name) for name in ("x", "y")]
        return node.op in _ARITHMETIC and (self.file.module, node.site) not in self.context.evidence.at and \
            len([v for v in values if _is_truth(v)]) == 1

    def applied_unseen(self, node: Host) -> Host | None:
        """The mark of `map(partial(cat, dim=1), pairs)`: in which axis order the function gets its tensors is not seen."""
        applied = node.fields["args"][0] if node.fields["args"] else None
        if isinstance(applied, Host) and applied.kind == "Call" and applied.fields["args"]:
            applied = applied.fields["args"][0]
        if dotted_path(node.fields["func"]) not in ("map", "filter", "reduce", "functools.reduce") or \
                not isinstance(applied, Ref) or applied.sort != "function" or \
                registry.entry("function", applied.op).rule.split()[0] in _SAME or \
                self.file.module not in self.context.unsafe(self.layouts):
            return None
        return self.mark(node, "TG020", f"which axes {applied.op.replace('_', ' ')} works on is not seen where "
                         f"{dotted_path(node.fields['func'])} calls it", "Write a comprehension.")

    def cold_starred(self, node: Host) -> Host | None:
        """The mark of `x.transpose(*self.dims)` that no example ran: what is unpacked there names the source's axes."""
        func = node.fields["func"]
        if not isinstance(func, Ref) or func.sort != "function" or not self.cold(node) or \
                registry.entry("function", func.op).rule.split()[0] in _SAME or \
                not any(isinstance(a, Host) and a.kind == "Starred" for a in node.fields["args"]):
            return None
        return self.cold_mark(node, func.op)

    def cold_layer(self, node: Layer) -> Host | None:
        """The mark of a layer's constructor, as `cold_op`."""
        rule = _rule(node)
        if (rule in _SAME_LAYERS and node.op not in ("fold", "unfold")) or not self.cold(node):
            return None
        return self.cold_mark(node, node.op)

    def cold_call(self, node: Node, callee: Any) -> Host | None:
        """The mark of a call of a layer that was made by an example, but never run by one."""
        if not self.cold(node) or not (isinstance(callee, Host) and callee.kind == "Attribute"):
            return None
        owner = self.functions[-1]["owner"]
        for layer in self.context.made_layers(owner, callee.fields["attr"]) if owner else ():
            key = (self.file.module, layer.site)
            if key in self.context.evidence.new and key not in self.layouts.layers and \
                    (_rule(layer) not in _SAME_LAYERS or layer.op in ("fold", "unfold")):
                return self.cold_mark(node, layer.op)
        return None

    def cold_mark(self, node: Node, op: str) -> Host:
        name = op.replace("_", " ")
        return self.mark(node, "TG020", f"no example ran this {name}, and its axes are not known",
                         _REMEDY)

    def cold_forward(self, node: Host, owner: str | None) -> None:
        """Reports a forward method that no example ran."""
        evidence = self.context.evidence
        if node.role != "forward" or not evidence.ran or owner is None or \
                evidence.is_hot(f"{owner}.{node.fields['name']}"):
            return
        if any(isinstance(n, (Op, LayerCall)) for s in node.fields["body"] for n in s.walk()):
            self.report(node, "TG020", f"no example ran {owner.split(':')[1]}.{node.fields['name']}",
                        _REMEDY, "warning")


def _is_truth(value: Any) -> bool:
    """True for comparisons and for `~x`."""
    return isinstance(value, Op) and value.op in _TESTS | {"bitwise_not", "logical_not"} or isinstance(value, Host) and (
        value.kind == "Compare" or value.kind == "UnaryOp" and value.fields["op"] == "Invert")


def _order_free(node: Op, rule: str) -> bool:
    """True where the arguments make an op the same in every order: over all axes, of the first axis, of low rank."""
    family = registry.entry("function", node.op).family
    if family in ("loss", "init", "device"):
        return True
    if rule == "create":
        return _low_rank(node.args.get("shape"))
    if node.op == "setitem":  # `x[x > 1] = 0`
        index = node.args["index"]
        return isinstance(index, Op) and index.op in _TESTS and not isinstance(node.args["value"], Op)
    if rule == "size":
        axis = node.args.get("axis")
        return axis is not None and is_literal(axis) and literal(axis) == 0
    if rule == "reduce":
        words = registry.entry("function", node.op).rule.split()[1:]
        axis = node.args.get(words[0]) if words else None
        keep = node.args.get(words[1]) if len(words) > 1 else None
        return (axis is None or is_literal(axis) and literal(axis) is None) and \
            (keep is None or is_literal(keep) and not literal(keep))
    return rule == "any" and not any(isinstance(v, Node) and not is_literal(v) for v in node.args.values())


def _low_rank(shape: Any) -> bool:
    """True for the shape of a tensor of at most two axes."""
    if isinstance(shape, Host) and shape.kind in ("Tuple", "List"):
        shape = shape.fields["elts"]
    if isinstance(shape, (tuple, list)):
        return len(shape) <= 2 and not any(isinstance(s, Host) and s.kind == "Starred" for s in shape)
    return shape is None or is_literal(shape)
