"""Shape queries: `x.shape`, `x.size(i)`, unpacking and slicing of shapes, in the target's storage order."""

from __future__ import annotations

from typing import Any

from ..infer.storage import Order, is_identity
from ..parts import Part
from ..pivot.nodes import Host, Node, Op, call, const, is_literal, literal
from .attributes import in_initialisation

_RANK_UNKNOWN: Order = ()


class Shapes(Part):
    """Part of `Lowerer`."""

    def stored(self, node: Op) -> Order:
        """Storage order of the tensor whose shape is asked (empty: not known, taken as the source's)."""
        orders = self.layouts.shapes.get(self.key(node), [])
        moved = [o for o in orders if not is_identity(o)]
        if len(moved) > 1 or moved and len(orders) > 1 and any(len(o) == len(moved[0]) for o in orders if o not in moved):
            self.report(node, "TG023", "the shape of tensors with different axes is asked in one place",
                        "Split the function, one for each kind of input.")
        return moved[0] if moved else orders[0] if orders else _RANK_UNKNOWN

    def common_index(self, node: Op, index: Any) -> int | None:
        """The storage position of a literal logical axis, if it is the same in all storage orders seen."""
        orders = self.layouts.shapes.get(self.key(node), [])
        if len(orders) < 2 or not is_literal(index):
            return None
        logical = literal(index)
        front = {o.index(logical % len(o)) for o in orders}
        back = {o.index(logical % len(o)) - len(o) for o in orders}
        return front.pop() if len(front) == 1 else back.pop() if len(back) == 1 else None

    def shape_of(self, node: Op) -> Host:
        """`ops.shape(x)` of the lowered operand, in storage order."""
        return call(self.use(self.dialect.SHAPE), [self.visit(node.args["x"])])

    def as_flatten(self, node: Op) -> Op:
        """`x.view(x.size(0), -1)` as a flattening, whose size the target can tell where that of the batch is unknown."""
        layout = self.layouts.sites.get(self.key(node))
        if node.op != "reshape" or layout is not None and "shape" in layout.rewrite.args:
            return node
        sizes = node.args["shape"]
        sizes = sizes.fields["elts"] if isinstance(sizes, Host) and sizes.kind in ("Tuple", "List") else sizes
        if not isinstance(sizes, (list, tuple)) or len(sizes) != 2 or not is_literal(sizes[1]) or \
                literal(sizes[1]) != -1 or not self.is_batch_size(sizes[0], node.args["x"]):
            return node
        return Op("flatten", {"x": node.args["x"], "start": const(1), "end": const(-1)}, ["x", "start"], "method",
                  site=node.site, span=node.span, verbatim=False)

    def is_batch_size(self, node: Any, x: Node) -> bool:
        """True for the size of the first axis of `x`."""
        if isinstance(node, Host) and node.kind == "Subscript":
            shape, axis = node.fields["value"], node.fields["slice"]
            if not self.is_shape(shape):
                return False
        elif isinstance(node, Op) and node.op == "size":
            shape, axis = node, node.args.get("axis")
        else:
            return False
        return is_literal(axis) and literal(axis) == 0 and shape.args["x"].key() == x.key()

    def shape_query(self, node: Op, rule: str) -> Node:
        """A shape or one of its entries as a value."""
        x = node.args.get("x")
        if isinstance(x, Host) and x.kind == "Attribute" and x.fields["attr"] in ("weight", "bias") and \
                not self.own_parameter(x) and self.functions and \
                in_initialisation(self.functions[-1]["name"]):
            return self.mark(node, "TG013", "the target's layer has no weights before it is built",
                             "Compute the value from the arguments of the layer's constructor.")
        axis = node.args.get("axis") if rule == "size" else None
        common = self.common_index(node, axis) if axis is not None else None
        if common is not None:
            return self.placed(Host("Subscript", {"value": self.shape_of(node), "slice": const(common)}), node)
        order = self.stored(node)
        if axis is not None and not (is_literal(axis) and literal(axis) is None):
            return self.placed(self.entry_of(node, order, self.visit(axis)), node)
        if is_identity(order):
            return self.placed(self.shape_of(node), node)
        shape = self.shape_of(node)
        picked = [Host("Subscript", {"value": shape, "slice": const(order.index(a))}, verbatim=False)
                  for a in range(len(order))]
        return self.placed(const(tuple(picked)), node)

    def entry_of(self, node: Op, order: Order, index: Any) -> Host:
        """`ops.shape(x)[i]` with a logical index."""
        if not is_identity(order):
            if is_literal(index):
                logical = literal(index) % len(order)
                stored = order.index(logical)
                index = -1 if stored == len(order) - 1 else stored
            else:
                table = const(tuple(order.index(a) for a in range(len(order))))
                index = Host("Subscript", {"value": table, "slice": index}, verbatim=False)
        return Host("Subscript", {"value": self.shape_of(node), "slice": const(index)}, verbatim=False)

    def visit_Subscript(self, node: Host) -> Node:
        """`x.shape[i]` and `x.shape[a:b]` by logical axis."""
        value = node.fields["value"]
        if self.is_shape(value):
            index = node.fields["slice"]
            if self.is_kernel_size(value.args["x"], index):
                return self.placed(Host("Attribute", {"value": self.visit(value.args["x"].fields["value"]),
                                                      "attr": "kernel_size"}), node)
            first = is_literal(index) and literal(index) == 0
            mark = None if first else self.cold_op(value, "shape", value)
            if mark is not None:
                return self.placed(mark, node)
            common = self.common_index(value, index)
            if common is not None:
                return self.placed(Host("Subscript", {"value": self.shape_of(value), "slice": const(common)}), node)
            order = self.stored(value)
            if isinstance(index, Host) and index.kind == "Slice" and not is_identity(order):
                return self.placed(self.slice_of(value, order, index), node)
            if not (isinstance(index, Host) and index.kind == "Slice"):
                return self.placed(self.entry_of(value, order, self.visit(index)), node)
        return self.container_item(node) or self.generic(node)

    def is_kernel_size(self, x: Any, index: Any) -> bool:
        """True for the last axes of the weight of a convolution that the class itself is: known before it is built."""
        base = self.context.base_layer(self.owner) or ""
        if not (base.startswith("conv") and isinstance(x, Host) and x.kind == "Attribute" and x.fields["attr"] == "weight"
                and self.is_self(x.fields["value"]) and isinstance(index, Host) and index.kind == "Slice"):
            return False
        first = index.fields["lower"]
        return index.fields["upper"] is None and index.fields["step"] is None and is_literal(first) and \
            literal(first) == -int(base[-2])

    @staticmethod
    def is_shape(node: Any) -> bool:
        """True for an op that yields a whole shape."""
        from ..catalog import registry
        if not isinstance(node, Op):
            return False
        rule = registry.entry("function", node.op).rule.split()[0]
        axis = node.args.get("axis")
        return rule == "shape" or rule == "size" and (axis is None or is_literal(axis) and literal(axis) is None)

    def slice_of(self, node: Op, order: Order, index: Host) -> Node:
        """A slice of a shape: contiguous storage positions if they are, else a tuple."""
        bounds = [index.fields.get(k) for k in ("lower", "upper", "step")]
        if not all(b is None or is_literal(b) for b in bounds):
            table = self.shape_query(node, "shape")
            return Host("Subscript", {"value": table, "slice": self.visit(index)}, verbatim=False)
        wanted = list(range(len(order)))[slice(*[None if b is None else literal(b) for b in bounds])]
        stored = [order.index(a) for a in wanted]
        if stored and stored == list(range(stored[0], stored[0] + len(stored))):
            upper = stored[-1] + 1 if stored[-1] + 1 < len(order) else None
            part = Host("Slice", {"lower": const(stored[0]) if stored[0] else None,
                                  "upper": const(upper) if upper else None, "step": None}, verbatim=False)
            return Host("Subscript", {"value": self.shape_of(node), "slice": part}, verbatim=False)
        return const(tuple(Host("Subscript", {"value": self.shape_of(node), "slice": const(s)}, verbatim=False)
                           for s in stored))

    def unpacked(self, node: Host) -> Host | None:
        """`b, c, h, w = x.shape`: the targets in storage order."""
        value, targets = node.fields["value"], node.fields["targets"]
        if not (self.is_shape(value) and len(targets) == 1 and isinstance(targets[0], Host)
                and targets[0].kind in ("Tuple", "List")) or self.cold(value):
            return None
        order = self.stored(value)
        if is_identity(order):
            shape = self.placed(self.shape_of(value), value)
            return Host("Assign", {**node.fields, "value": shape}, site=node.site, span=node.span,
                        verbatim=node.verbatim)
        elements = list(targets[0].fields["elts"])
        star = next((i for i, e in enumerate(elements) if isinstance(e, Host) and e.kind == "Starred"), None)
        if star is not None:
            width = len(order) - len(elements) + 1
            name = elements[star].fields["value"]
            logical = list(range(len(order)))
            rest = [Host("Starred", {"value": name}, verbatim=False)]
            heads, tails = elements[:star], elements[star + 1:]
            if not heads and not tails or width < 0:
                return None
            stored_rest = [order.index(a) for a in logical[star:star + width]]
            kept = [(order.index(i), e) for i, e in enumerate(heads)] + \
                   [(order.index(star + width + i), e) for i, e in enumerate(tails)]
            if stored_rest == list(range(stored_rest[0], stored_rest[0] + width)) if stored_rest else True:
                at = stored_rest[0] if stored_rest else len(order)
                ordered = [e for k, e in sorted(kept, key=lambda p: p[0]) if k < at] + rest + \
                          [e for k, e in sorted(kept, key=lambda p: p[0]) if k >= at]
                return self._unpack(node, value, ordered)
            return None
        if len(elements) != len(order):
            return None
        return self._unpack(node, value, [elements[a] for a in order])

    def _unpack(self, node: Host, value: Op, elements: list[Any]) -> Host:
        fresh = [Host(e.kind, e.fields, span=None, verbatim=False) if isinstance(e, Host) else e for e in elements]
        target = Host("Tuple", {"elts": fresh}, span=node.fields["targets"][0].span, verbatim=False)
        shape = self.placed(self.shape_of(value), value)
        return Host("Assign", {**node.fields, "targets": [target], "value": shape}, site=node.site, span=node.span,
                        verbatim=node.verbatim)
