"""Lowering of framework constructs that are no tensor ops."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..lift.evidence import has_tensor
from ..parts import Part
from ..pivot.nodes import Block, Canonical, Host, Idiom, Node, Op, call, const, is_literal, literal, unwrapped
from ..pivot.nodes import name as dotted_name
from .attributes import self_attribute
from .imports import fails, succeeds


class Idioms(Part):
    """Part of `Lowerer`; one method per idiom, named after it."""

    def idiom(self, node: Idiom) -> Node:
        """An idiom as an expression."""
        method = getattr(self, f"idiom_{node.name}", None)
        if method is None:
            return self.mark(node, "TG013", f"{node.name.replace('_', ' ')} is not supported here",
                             "Rewrite the spot without it.")
        return self.placed(const(method(node)), node)

    def idiom_probe(self, node: Idiom) -> Any:
        return const(node.args["found"])

    def idiom_default(self, node: Idiom) -> Any:
        return self.visit(node.args["value"])

    def idiom_false(self, node: Idiom) -> Any:
        return const(False)

    def idiom_true(self, node: Idiom) -> Any:
        return const(True)

    def idiom_annotate(self, node: Idiom) -> Any:
        return self.visit(node.args["args"][1])

    def idiom_identity(self, node: Idiom) -> Any:
        args = node.args["args"]
        return self.visit(args[0]) if args else const(None)

    def idiom_bare_module(self, node: Idiom) -> Any:
        """A module that only holds others, or weights."""
        return call(self.use(self.dialect.BASE_NAMES["module"]), [])

    def idiom_data_parallel(self, node: Idiom) -> Any:
        """A module that runs on several devices computes what it computes on one."""
        self.report(node, "TG033", "copies of the model on several devices are dropped; the numbers do not change",
                    "Say how to distribute where the model is trained.", "info")
        return self.idiom_identity(node)

    def idiom_isinstance(self, node: Idiom) -> Any:
        return call(dotted_name("isinstance"), self.visit(node.args["args"]))

    def idiom_nothing(self, node: Idiom) -> Any:
        return const(None)

    def idiom_device(self, node: Idiom) -> Any:
        return const("cpu")

    def idiom_seed(self, node: Idiom) -> Any:
        return call(self.use(self.dialect.SEED), self.visit(node.args["args"]))

    def idiom_checkpoint(self, node: Idiom) -> Any:
        """Recomputation changes memory use, not numbers: the function is called directly."""
        self.report(node, "TG033", "recomputation in the backward pass is dropped; the numbers do not change",
                    "Let the target recompute activations if memory is short.", "info")
        args = self.visit(node.args["args"])
        words = {k: self.visit(v) for k, v in node.args["keywords"].items()
                 if k not in ("use_reentrant", "preserve_rng_state", "context_fn", "determinism_check")}
        return call(args[0], args[1:], words)

    def idiom_assert(self, node: Idiom) -> Any:
        return const(None)

    def idiom_enable_grad(self, node: Idiom) -> Any:
        return const(None)

    idiom_set_grad = idiom_enable_grad

    def idiom_no_grad(self, node: Idiom) -> Any:
        return const(None)

    # -- statements ---------------------------------------------------------------------------------------------------

    def statement_idiom(self, node: Host, value: Idiom) -> Node | None:
        """An expression statement that is an idiom; None: as any expression."""
        if value.name in ("nothing", "no_grad", "enable_grad", "set_grad"):
            return Block([], span=node.span, verbatim=False)
        if value.name == "assert":
            args = self.visit(value.args["args"])
            made = Host("Assert", {"test": args[0], "msg": args[1] if len(args) > 1 else None}, verbatim=False)
            return self.placed(made, node)
        if value.name == "initialise":
            return self.initialise(node, value)
        if value.name == "tie":
            return self.context.ties.lowered(self, node)
        if value.name == "set_attribute":
            return self.set_attribute(node, value)
        return None

    def idiom_initialise(self, node: Idiom) -> Any:
        return self.visit(node.args["tensor"])

    def initialise(self, node: Host, value: Idiom) -> Node:
        """Filling a layer's weight in place: the layer's initialiser, which the target applies when it is built."""
        tensor, init = value.args["tensor"], value.args["init"]
        while isinstance(tensor, Host) and tensor.kind == "Attribute" and tensor.fields["attr"] == "data":
            tensor = tensor.fields["value"]
        if isinstance(tensor, Op) and tensor.op == "stop_gradient":
            tensor = tensor.args["x"]
        if self.context.is_settled(self.owner, tensor):
            self.report(node, "TG033", "the weight that is filled here is computed from others: no effect, dropped",
                        severity="info")
            return Block([], span=node.span, verbatim=False)
        made = None if self.is_lost(init) else self._initialiser(init)
        if made is not None and isinstance(tensor, Host) and tensor.kind == "Attribute":
            owner, attr = tensor.fields["value"], tensor.fields["attr"]
            if attr in ("weight", "bias") and not self.own_parameter(tensor):
                slots = self.initialiser_slots(tensor, attr)
                if len(slots) > 1:
                    return self.not_initialised(node)
                target = Host("Attribute", {"value": self.visit(owner), "attr": slots.pop()}, verbatim=False)
                return self.placed(Host("Assign", {"targets": [target], "value": made}, verbatim=False), node)
            if self.own_parameter(tensor):
                variable = self.visit(tensor)
                shape = Host("Attribute", {"value": variable, "attr": "shape"}, verbatim=False)
                assign = Host("Attribute", {"value": variable, "attr": "assign"}, verbatim=False)
                done = call(assign, [call(made, [shape])])
                return self.placed(Host("Expr", {"value": done}, verbatim=False), node)
        return self.not_initialised(node)

    def initialiser_slots(self, weight: Host, attr: str) -> set[str]:
        """The initialiser attributes of the target's layers that a weight is tested, was made or was seen to be of."""
        family = self.narrowed(weight)
        holder = self_attribute(weight.fields["value"])
        made = self.context.made_layers(self.owner, holder) if holder and self.owner else []
        families = {registry.entry("layer", layer.op).family for layer in made} or self.families_seen(weight)
        return {_initialiser_attribute(f, attr) for f in families if family is None} or {_initialiser_attribute(family, attr)}

    def not_initialised(self, node: Node) -> Block:
        """Initial values that are given up."""
        self.report(node, "TG032", "initial values set here are not carried over (trained weights are)",
                    "Pass initializers to the layers if you train from scratch.", "warning")
        return Block([], span=node.span, verbatim=False)

    def _initialiser(self, init: Op | None) -> Node | None:
        if init is None:
            return None
        entry = registry.entry("function", init.op)
        before = len(self.sink.items)
        args = {k: self.visit(v) if isinstance(v, Node) else v for k, v in init.args.items()}
        made = self.express(entry, Canonical(init.op, args, span=init.span), args,
                            [g for g in init.given if g != "x"])
        if len(self.sink.items) > before:
            del self.sink.items[before:]
            self.target.marked -= 1
            return None
        made.span = None
        return made

    def visit_With(self, node: Host) -> Node:
        """Contexts without a meaning in the target are unwrapped; what `no_grad` computes has no gradient."""
        idioms = [i for i in node.fields["items"] if isinstance(i.fields["context_expr"], Idiom)]
        if not idioms:
            return self.generic(node)
        if len(idioms) == len(node.fields["items"]):
            stopped = any(i.fields["context_expr"].name == "no_grad" for i in idioms) and self.in_forward()
            body = self.visit(node.fields["body"])
            return Block(self._all_stopped(node.fields["body"], body) if stopped else body, span=node.span, verbatim=False)
        kept = [self.visit(i) for i in node.fields["items"] if i not in idioms]
        return Host("With", {"items": kept, "body": self.visit(node.fields["body"])}, span=node.span, verbatim=False)

    def visit_Try(self, node: Host) -> Node:
        """Imports of the source framework that may fail do so in the target: what stands in for them is taken."""
        rest = [s for s in node.fields["body"] if not succeeds(self.context, s)]
        if self.dialect is not self.context.source_dialect and not node.fields["finalbody"] and \
                len(rest) < len(node.fields["body"]) and all(
                    isinstance(s, Host) and s.kind == "Assign" and is_literal(s.fields["value"]) for s in rest):
            return Block(self.visit([*rest, *node.fields["orelse"]]), span=node.span, verbatim=False)
        made = self.generic(node)
        self.constructor_errors(node, made)
        handlers, body = made.fields["handlers"], made.fields["body"]
        if not any(fails(self.context, s) for s in node.fields["body"]) or made.fields["finalbody"] or not handlers or \
                self.dialect is self.context.source_dialect:
            return made
        standing = handlers[0].fields["body"]
        if any(isinstance(s, Host) and s.kind == "Raise" for s in standing):  # it cannot do without
            return made if any(not (isinstance(s, Block) and not s.body) for s in body) else \
                Block([], span=node.span, verbatim=False)
        return Block([s for s in standing if not (isinstance(s, Host) and s.kind == "Pass")], span=node.span,
                     verbatim=False)

    def constructor_errors(self, node: Host, made: Host) -> None:
        """A handler of the error that a constructor of a layer raises on an argument it does not know: in the target
        layers raise another one."""
        known, raised = self.context.source_dialect.UNKNOWN_ARGUMENT, self.dialect.UNKNOWN_ARGUMENT
        if known == raised or not any(self.context.makes_module(self.key(n)) for n in node.walk() if n.site is not None):
            return
        for handler in made.fields["handlers"]:
            caught = handler.fields["type"]
            names = caught.fields["elts"] if isinstance(caught, Host) and caught.kind == "Tuple" else [caught]
            ids = [n.fields.get("id") for n in names if isinstance(n, Host)]
            if known in ids and raised not in ids:
                both = [Host("Name", {"id": name}, verbatim=False) for name in (*ids, raised)]
                handler.fields["type"] = Host("Tuple", {"elts": both}, verbatim=False)
                handler.verbatim = made.verbatim = False

    def _all_stopped(self, source: list[Node], lowered: list[Node]) -> list[Node]:
        """Lowered statements of which nothing has a gradient."""
        return [self._stopped(s, made) for s, made in zip(source, lowered, strict=True)] \
            if len(source) == len(lowered) else lowered

    def _stopped(self, source: Node, made: Node) -> Node:
        if not (isinstance(made, Host) and isinstance(source, Host) and made.kind == source.kind):
            return made
        fields = dict(made.fields)
        if made.kind in ("Assign", "Return") and fields["value"] is not None:
            fields["value"] = self._without_gradient(source.fields["value"], fields["value"])
        else:
            for name in ("body", "orelse"):
                if isinstance(fields.get(name), list):
                    fields[name] = self._all_stopped(source.fields[name], fields[name])
        changed = any(v is not made.fields[k] for k, v in fields.items())
        return Host(made.kind, fields, made.role, site=made.site, span=made.span, verbatim=False) if changed else made

    def _without_gradient(self, source: Node, value: Node) -> Node:
        """A lowered value behind which no gradient is computed; what examples saw tells where tensors are in it."""
        held = unwrapped(source)
        if is_literal(value) or isinstance(held, Op) and held.op == "stop_gradient":
            return value
        seen = [e.data.get("o") for e in self.context.evidence.events(self.file.module, held.site)]
        if seen and not any(map(has_tensor, seen)):
            return value
        stop = self.use(self.dialect.STOP_GRADIENT)
        if all(isinstance(v, dict) and "t" in v for v in seen) and not (isinstance(held, Host) and held.kind == "Tuple"):
            return call(stop, [value])
        return call(self.use(self.dialect.MAP_STRUCTURE), [stop, value])


def _initialiser_attribute(family: str | None, attr: str) -> str:
    """The initialiser attribute of the target's layer of a family, for the source's `weight` or `bias`."""
    if family == "norm":
        return "gamma_initializer" if attr == "weight" else "beta_initializer"
    if attr == "weight" and family in ("embedding", "activation"):
        return "embeddings_initializer" if family == "embedding" else "alpha_initializer"
    return "kernel_initializer" if attr == "weight" else "bias_initializer"


def truth(node: Any) -> bool | None:
    """True or False where a lowered test is a constant."""
    node = unwrapped(node)
    if isinstance(node, Host) and node.kind == "Constant" and isinstance(node.fields["value"], bool):
        return node.fields["value"]
    if isinstance(node, Host) and is_literal(node) and isinstance(literal(node), bool):
        return literal(node)
    return None
