"""Lowering: pivot → host nodes of the target, by the catalog and the layouts."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

from ..catalog import registry
from ..catalog.binding import choose, lower_call, view
from ..catalog.codecs import CODECS, Decline
from ..catalog.known import knowing
from ..diagnostics import Diagnostic, Sink
from ..infer.layouts import Layouts, SiteLayout
from ..infer.precision import becomes_float, is_whole
from ..pivot.nodes import (
    Block,
    Buffer,
    Canonical,
    File,
    Host,
    Idiom,
    Layer,
    LayerCall,
    Marked,
    Mode,
    Node,
    Op,
    Parameter,
    Program,
    Ref,
    call,
    const,
    dotted_path,
    is_literal,
)
from ..pivot.nodes import name as dotted_name
from ..source.project import SourceFile
from .checkpoints import parents_of
from .cold import Cold
from .containers import CONTAINERS
from .idioms import Idioms
from .instances import layer_classes
from .keep import Keep
from .layers import LayerReads
from .modules import Modules
from .oracle import oracle
from .shapes import Shapes
from .targets import Target
from .transposes import Transposes

#: Why a layer can't be wrapped: some of what its calls take and give is in the target's order, some in the source's.
_HALF_WRAPPED = ("TG023", "this layer of a chain would need a transpose at one end, where none can stand",
                 "Call the chain's layers in the forward method.")


class Lowerer(LayerReads, Modules, Idioms, Shapes, Keep, Cold, Transposes):
    """Lowers one file."""

    def __init__(self, program: Program, file: File, source: SourceFile | None, layouts: Layouts, target: Target,
                 sink: Sink, context: Any):
        self.program = program
        self.file = file
        self.source = source
        self.layouts = layouts
        self.target = target
        target.keeps_order = layouts.kept
        self.dialect = target.dialect
        self.sink = sink
        self.context = context
        self.functions: list[dict[str, Any]] = []
        self.classes: list[str] = []

    @cached_property
    def parents(self) -> dict[int, Node]:
        """The parent of every node of the file, by identity."""
        return parents_of(self.file.body)

    # -- diagnostics --------------------------------------------------------------------------------------------------

    def report(self, node: Node, code: str, message: str, remedy: str = "", severity: str = "error") -> None:
        """Adds a diagnostic at a node."""
        line = col = 0
        text = ""
        if self.source is not None and node.span is not None:
            line, col = self.source.position(node.span[0])
            text = self.source.line(line)
        self.sink.add(Diagnostic(code, severity, message, remedy, self.file.path, line, col, text))

    def mark(self, node: Node, code: str, reason: str, remedy: str = "") -> Host:
        """An expression that raises at run time; reported."""
        self.report(node, code, reason, remedy)
        return self.raising(node, reason)

    def raising(self, node: Node, reason: str) -> Host:
        """An expression that raises `NotImplementedError` with the reason when it is reached."""
        self.target.marked += 1
        made = call(self.use("adapters.unsupported"), [f"{reason} ({self.where(node)})"])
        made.role = "marked"
        return self.placed(made, node)

    def where(self, node: Node) -> str:
        """`file:line` of a node."""
        if self.source is None or node.span is None:
            return self.file.path
        return f"{self.file.path}:{self.source.position(node.span[0])[0]}"

    # -- helpers ------------------------------------------------------------------------------------------------------

    def use(self, dotted: str) -> Host:
        """A target name; records the import or adapter that it needs."""
        return dotted_name(self.target.use(dotted))

    @staticmethod
    def placed(made: Host, original: Node) -> Host:
        """Gives a generated node the place of the original."""
        made.span = original.span
        made.site = original.site
        made.verbatim = False
        return made

    def key(self, node: Node) -> tuple[str, int]:
        return (self.file.module, node.site if node.site is not None else -1)

    # -- traversal ----------------------------------------------------------------------------------------------------

    def visit(self, node: Any) -> Any:
        """Lowers a node and everything below it."""
        if isinstance(node, list):
            return [self.with_changes(n, self.visit(n)) if isinstance(n, Host) else self.visit(n) for n in node]
        if isinstance(node, tuple):
            return tuple(self.visit(n) for n in node)
        if isinstance(node, dict):
            return {k: self.visit(v) for k, v in node.items()}
        if not isinstance(node, Node):
            return node
        if self.is_kept(node):
            return Host("Source", {}, site=node.site, span=node.span)
        if node.site is not None and self.key(node) in self.context.aliasing.stale and \
                self.dialect is not self.context.source_dialect:
            mark = self.mark(node, "TG013", "a tensor that a call or a view of it changed in place is read here",
                             "Let the call return the changed tensor, or change this tensor itself.")
            if isinstance(node, Host) and node.kind in ("Return", "AugAssign"):
                return self.simple(Host("Return" if node.kind == "Return" else "Expr", {"value": mark}), node)
            return mark
        if isinstance(node, Host):
            method = getattr(self, f"visit_{node.kind}", None)
        else:
            method = getattr(self, f"lower_{type(node).__name__.lower()}")
        made = method(node) if method else self.generic(node)  # type: ignore[arg-type]
        if node.span is not None and isinstance(made, Host) and made.span != node.span:
            made = Host("Paren", {"value": made}, made.role, span=node.span, verbatim=False)
        return made

    def is_kept(self, node: Node) -> bool:
        """True for pivot nodes that are their own lowered form: the target is the source, and nothing was edited."""
        if self.dialect is not self.context.source_dialect or isinstance(node, Host) or not self.file.text:
            return False
        return node.span is not None and not any(n.site is not None and (
            n.span is None and not isinstance(n, Host) or isinstance(n, Host) and not n.verbatim) for n in node.walk())

    def generic(self, node: Host) -> Host:
        fields = {k: self.visit(v) if isinstance(v, (list, Node)) else v for k, v in node.fields.items()}
        return Host(node.kind, fields, node.role, site=node.site, span=node.span, verbatim=node.verbatim)

    # -- ops and layers -----------------------------------------------------------------------------------------------

    def lower_op(self, node: Op) -> Node:
        own = self.own_norm(node) or self.weight_dtype(node)
        if own is not None:
            return own
        original = node
        node = self.as_flatten(node)
        entry = registry.entry("function", node.op)
        rule = entry.rule.split()[0]
        conflict = self.layouts.conflicts.get(self.key(node))
        if conflict is not None:
            return self.mark(node, "TG023", f"this expression {conflict}",
                             "Split the function, one for each kind of input.")
        cold = self.cold_op(node, rule, original)
        if cold is not None:
            return cold
        if rule in ("shape", "size"):
            return self.shape_query(node, rule)
        layout = self.layouts.sites.get(self.key(node))
        args = dict(node.args)
        given = list(node.given)
        if layout is not None and layout.rewrite.noop:
            return self.with_after(self.visit(node.args["x"]), layout, node)
        if layout is not None:
            for name, value in layout.rewrite.args.items():
                args[name] = const(value)
                if name not in given:
                    given.append(name)
        args = {k: self.visit(v) if isinstance(v, (Node, list, tuple)) else v for k, v in args.items()}
        if self.dialect is not self.context.source_dialect and (self.key(node) in self.layouts.floating or becomes_float(
                node) and is_whole(self.layouts.operands.get(self.key(node), ()))):
            args["dtype"] = call(self.use(self.target.full(self.dialect.DEFAULT_FLOAT)), [])
        if layout is not None and layout.before:
            args = self.with_before(args, node, layout)
        args = self.plain_numbers(entry, node, self.plain_variables(entry, node, args))
        made = self.express(entry, node, args, given)
        if self.dialect is not self.context.source_dialect:
            made = self.own_transpose(node, args, made)
        return self.with_after(made, layout, node) if layout is not None else made

    def plain_variables(self, entry: registry.Entry, node: Op, args: dict[str, Any]) -> dict[str, Any]:
        """Libraries that dispatch on tensor types do not know the target's variables: those are converted."""
        if entry.family != "einops":
            return args
        return {k: Host("Attribute", {"value": v, "attr": "value"}, verbatim=False)
                if self.own_parameter(node.args.get(k)) else v
                for k, v in args.items()}

    def plain_numbers(self, entry: registry.Entry, node: Op, args: dict[str, Any]) -> dict[str, Any]:
        """NumPy's scalars have a dtype, which the target's functions promote tensors to: they become Python's numbers.
        Operators on floating-point tensors take them as they are."""
        if self.dialect is self.context.source_dialect or not entry.rule.startswith("elementwise"):
            return args
        tell = oracle(entry, self.context.evidence.events(self.file.module, node.site, "op"), args, self.context.source_dialect)
        known = {k: tell(v) for k, v in args.items()}
        if node.style == "operator" and all((f.dtype or "float").startswith("float") for f in known.values()):
            return args
        return {k: call(dotted_name("float"), [v]) if known[k].number == "numpy" else v for k, v in args.items()}

    def with_before(self, args: dict[str, Any], node: Canonical, layout: SiteLayout) -> dict[str, Any]:
        """Transposes operands that are stored otherwise than the op needs."""
        out = dict(args)
        for position, axes in layout.before.items():
            name = layout.names[position] if position < len(layout.names) else ""
            value = out.get(name)
            same = [i for i, n in enumerate(layout.names) if n == name]
            self.target.transposes += 1
            if isinstance(value, (tuple, list)) or isinstance(value, Host) and value.kind in ("List", "Tuple"):
                items = list(value.fields["elts"]) if isinstance(value, Host) else list(value)
                index = same.index(position)
                if index < len(items):
                    items[index] = self.transposed(items[index], axes)
                out[name] = const(items)
            elif isinstance(value, Node):
                out[name] = self.transposed(value, axes)
        return out

    def with_after(self, made: Node, layout: SiteLayout, node: Node) -> Node:
        if layout.after is None:
            return made
        self.target.transposes += 1
        if isinstance(node, Op) and registry.entry("function", node.op).rule.split()[0] in ("split", "unbind"):
            part = self.context.parse_template("[transpose(part, axes) for part in parts]")
            names = {"transpose": self.use(self.dialect.TRANSPOSE), "axes": const(tuple(layout.after)), "parts": made}
            return self.placed(_fill(part, names, self), node)
        return self.placed(const(self.transposed(made, layout.after)), node)

    def express(self, entry: registry.Entry, node: Canonical, args: dict[str, Any], given: list[str]) -> Node:
        """The target's form of an op or layer with lowered arguments."""
        style = getattr(node, "style", "function")
        if style == "operator" and node.op != "getitem" and self.keeps_operator(entry, node):
            return self.operator(node, args)
        events = self.program.facts.events(self.file.module, node.site, "op") if self.program.facts else []
        with knowing(oracle(entry, events, args, self.context.source_dialect)):
            return self.chosen(entry, node, args, given)

    def chosen(self, entry: registry.Entry, node: Canonical, args: dict[str, Any], given: list[str]) -> Node:
        """The first form of the target that the arguments fit; a mark where none does."""
        reasons: list[str] = []
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            try:
                lowered, _ = choose(entry, framework, args, given, not self.mixed(node))
            except Decline as error:
                reasons.append(str(error))
                continue
            if lowered.signature.callee == "operator.getitem":
                return Host("Subscript", {"value": args["x"], "slice": args["index"]}, site=node.site, span=node.span,
                            verbatim=self.is_splice(args["x"]) and self.is_splice(args["index"]))
            if self.keeps_order(entry, node):
                return self.in_source_order(entry, framework, lowered, node, args)
            return self.written(lowered, node, args)
        return self.mark(node, "TG011", f"{node.op.replace('_', ' ')}: {'; '.join(dict.fromkeys(reasons))}",
                         "Rewrite the spot with supported arguments, or add an adapter (docs/adding-an-op.md).")

    @staticmethod
    def is_splice(node: Any) -> bool:
        return isinstance(node, Node) and node.span is not None

    def keeps_operator(self, entry: registry.Entry, node: Canonical) -> bool:
        """True where the target has the same operator."""
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            if any(s.callee.startswith("operator.") for s in entry.signatures.get(framework, ())):
                return not self.mixed(node)
        return False

    def mixed(self, node: Canonical) -> bool:
        """True where operands of different dtypes meet, which not every backend's operators promote."""
        seen = self.layouts.dtypes.get(self.key(node), ())
        return len(seen) > 1 or not seen and self.has_truth_operand(node)

    def operator(self, node: Canonical, args: dict[str, Any]) -> Node:
        """The same operator on lowered operands, spliced into the original text."""
        entry = registry.entry("function", node.op)
        callee = next(s.callee for f in (self.dialect.PREFIX, *self.dialect.FALLBACK)
                      for s in entry.signatures.get(f, ()) if s.callee.startswith("operator."))
        operands = [const(args[k]) for k in ("x", "y") if k in args]
        made = _operator_node(callee, operands)
        made.site, made.span, made.verbatim = node.site, node.span, all(o.span is not None for o in operands)
        return made

    def written(self, lowered: Any, node: Canonical, args: dict[str, Any]) -> Node:
        """The node of a lowered signature: a call, an operator, an attribute or a template."""
        signature = lowered.signature
        if signature.template is not None:
            return self.placed(self.template(signature.template, args), node)
        if signature.callee.startswith("operator."):
            return self.placed(_operator_node(signature.callee, lowered.args), node)
        if signature.method:
            func = Host("Attribute", {"value": const(lowered.args[0]), "attr": signature.callee.rpartition(".")[2]},
                        verbatim=False)
            return self.placed(call(func, lowered.args[1:], lowered.keywords), node)
        if signature.attribute:
            return self.placed(Host("Attribute", {"value": const(args["x"]), "attr": signature.callee.split(".")[-1]}),
                               node)
        made = lower_call(self.use(self.target.full(signature.callee)), lowered)
        return self.placed(made, node)

    def template(self, text: str, args: dict[str, Any]) -> Host:
        """Target code over canonical names."""
        return _fill(self.context.parse_template(text), args, self)

    def lower_layer(self, node: Layer) -> Node:
        entry = registry.entry("layer", node.op)
        if node.op in CONTAINERS:
            return self.container(node)
        cold = self.cold_layer(node)
        if cold is not None:
            return cold
        layout = self.layouts.layers.get(self.key(node))
        args, given = dict(node.args), list(node.given)
        if layout is not None:
            for name, value in layout.rewrite.args.items():
                args[name] = const(value)
                if name not in given:
                    given.append(name)
            if layout.orders and entry.rule.startswith("demand") and entry.by_rank:
                args["ndim"] = len(layout.orders[0]) - 2
        args = {k: self.visit(v) if isinstance(v, (Node, list, tuple)) else v for k, v in args.items()}
        made = self.context.ties.constructor(self, node, self.express(entry, node, args, given))
        wrapped = self.context.in_source_order(node, self.key(node), self.layouts)
        if wrapped is None:
            return self.mark(node, *_HALF_WRAPPED)
        if wrapped:
            made.span = None
            return self.placed(call(self.use("adapters.ChannelsFirst"), [made]), node)
        return made

    def lower_layercall(self, node: LayerCall) -> Node:
        cold = self.cold_call(node, node.callee)
        if cold is not None:
            return cold
        entry = registry.entry("layer", node.op)
        layout = self.layouts.sites.get(self.key(node))
        args = {k: self.visit(v) if isinstance(v, (Node, list, tuple)) else v for k, v in node.args.items()}
        if layout is not None and layout.before:
            args = self.with_before(args, node, layout)
        from ..catalog.binding import express as evaluate
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            signature = entry.calls.get(framework)
            if signature is None:
                continue
            try:
                lowered = evaluate(signature, args, node.given)
            except Decline as error:
                return self.mark(node, "TG011", str(error), "Rewrite the call.")
            made = self.placed(lower_call(self.visit(node.callee), lowered), node)
            return self.with_after(made, layout, node) if layout is not None else made
        return self.mark(node, "TG011", f"no way to call {node.op}")

    def visit_Call(self, node: Host) -> Node:
        """Calls of layers that need transposes around them, `isinstance`, containers' methods; else as they are."""
        if self.key(node) in self.layouts.arguments:
            if self.key(node) in self.layouts.conflicts:
                return self.mark(node, "TG023", f"this call {self.layouts.conflicts[self.key(node)]}",
                                 "Split the function, one for each kind of input.")
            node = self.handing_over(node)
        special = self.cold_call(node, node.fields["func"]) or self.cold_starred(node) or self.applied_unseen(node) or \
            self.host_call(node)
        if special is not None:
            return special
        made = self.keyword_arguments(node, self.generic(node))
        layout = self.layouts.sites.get(self.key(node))
        if layout is None or not (layout.before or layout.after):
            return made
        args = list(made.fields["args"])
        for position, axes in layout.before.items():
            if position < len(args):
                args[position] = self.transposed(args[position], axes)
                self.target.transposes += 1
        made = Host("Call", {**made.fields, "args": args}, site=made.site, span=made.span, verbatim=made.verbatim)
        if layout.after is None:
            return made
        inner = Host(made.kind, made.fields, span=made.span, verbatim=made.verbatim)
        return self.with_after(inner, layout, node)

    def handing_over(self, node: Host) -> Host:
        """A call with arguments in the axis order in which its function works."""
        places = {k: axes for k, axes in self.layouts.arguments[self.key(node)].items() if axes is not None}
        if not places:
            return node
        self.target.transposes += len(places)

        def moved(value: Node, place: int | str | None) -> Node:
            axes = places.get(place) if place is not None else None
            return value if axes is None else Op("permute", {"x": value, "axes": const(tuple(axes))}, ["x", "axes"],
                                                 "function", span=None, verbatim=False)

        args = [moved(a, i) for i, a in enumerate(node.fields["args"])]
        keywords = [Host("keyword", {**k.fields, "value": moved(k.fields["value"], k.fields["arg"])}, verbatim=False)
                    if k.fields["arg"] in places else k for k in node.fields["keywords"]]
        return Host("Call", {**node.fields, "args": args, "keywords": keywords}, node.role, site=node.site, span=node.span,
                    verbatim=False)

    # -- references ---------------------------------------------------------------------------------------------------

    def lower_ref(self, node: Ref) -> Node:
        if node.sort == "dtype":
            return self.placed(const(node.op), node)
        if node.sort == "constant":
            return self.placed(call(dotted_name("float"), [node.op]) if node.op in ("inf", "nan") else
                               const(ast.literal_eval(node.op)), node)
        if node.sort == "layer_type":
            return self.placed(self.use(layer_classes(self.dialect, node.op)[-1]), node)
        if node.sort == "type":
            return self.placed(self.use(self.dialect.TYPE_NAMES.get(node.op, "object")), node)
        wrapper = self.use(self.target.wrapper(node.sort, node.op, node.variant))
        wrapped = node.sort == "layer" and self.context.made_in_source_order(node.op, self.layouts)
        if wrapped is None:
            return self.mark(node, *_HALF_WRAPPED)
        if wrapped:
            made = self.context.parse_template("lambda *args, **options: channels_first(layer(*args, **options))")
            return self.placed(_fill(made, {"layer": wrapper, "channels_first": self.use("adapters.ChannelsFirst")}, self),
                               node)
        return self.placed(wrapper, node)

    def lower_marked(self, node: Marked) -> Node:
        return self.raising(node, node.reason)

    def lower_mode(self, node: Mode) -> Node:
        return self.training_flag(node)

    def lower_parameter(self, node: Parameter) -> Node:
        return self.parameter(node, None)

    def lower_buffer(self, node: Buffer) -> Node:
        return self.mark(node, "TG013", "register_buffer inside an expression")

    def lower_idiom(self, node: Idiom) -> Node:
        return self.idiom(node)

    def lower_block(self, node: Block) -> Node:
        return Block(self.visit(node.body), span=node.span, verbatim=False)


def _operator_node(callee: str, args: list[Any]) -> Host:
    symbols = {"add": "Add", "sub": "Sub", "mul": "Mult", "truediv": "Div", "floordiv": "FloorDiv", "mod": "Mod",
               "pow": "Pow", "matmul": "MatMult", "and_": "BitAnd", "or_": "BitOr", "xor": "BitXor",
               "lshift": "LShift", "rshift": "RShift"}
    compares = {"eq": "Eq", "ne": "NotEq", "lt": "Lt", "le": "LtE", "gt": "Gt", "ge": "GtE"}
    unary = {"neg": "USub", "pos": "UAdd", "invert": "Invert"}
    op = callee.split(".")[1]
    if op in symbols:
        return Host("BinOp", {"left": const(args[0]), "op": symbols[op], "right": const(args[1])}, verbatim=False)
    if op in compares:
        return Host("Compare", {"left": const(args[0]), "ops": [compares[op]], "comparators": [const(args[1])]},
                    verbatim=False)
    if op in unary:
        return Host("UnaryOp", {"op": unary[op], "operand": const(args[0])}, verbatim=False)
    if op == "getitem":
        return Host("Subscript", {"value": const(args[0]), "slice": const(args[1])}, verbatim=False)
    raise Decline(f"operator {op}")


def _fill(template: Host, args: dict[str, Any], lowerer: Lowerer) -> Host:
    """A copy of a template tree with canonical names replaced by their nodes and target names recorded."""
    if template.kind == "Name" and template.fields["id"] in args:
        return const(args[template.fields["id"]])
    if template.kind == "Call" and template.fields["func"].fields.get("id") in CODECS:
        operands = [view(_fill(a, args, lowerer)) for a in template.fields["args"]]
        return const(CODECS[template.fields["func"].fields["id"]].lower(*operands))
    if template.kind in ("Attribute", "Name"):
        text = dotted_path(template)
        if text is not None and text.split(".")[0] in (*lowerer.target.namespaces, "adapters"):
            return lowerer.use(lowerer.target.full(text))
    fields = {k: [_fill(x, args, lowerer) if isinstance(x, Host) else x for x in v] if isinstance(v, list) else
              _fill(v, args, lowerer) if isinstance(v, Host) else v for k, v in template.fields.items()}
    return Host(template.kind, fields, verbatim=False)



__all__ = ["Lowerer", "is_literal"]
