"""PyTorch as a target: how modules, parameters, buffers and idioms are written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...catalog import registry
from ...catalog.registry import Entry, Signature
from ...lower import engine
from ...lower.imports import lowered_imports
from ...pivot.nodes import (
    Block,
    Buffer,
    Canonical,
    Host,
    Idiom,
    Layer,
    Marked,
    Mode,
    Node,
    Op,
    Parameter,
    Ref,
    call,
    const,
)
from . import dialect

#: Idioms that are calls of one function.
_CALLS = {"no_grad": "torch.no_grad", "enable_grad": "torch.enable_grad", "set_grad": "torch.set_grad_enabled",
          "seed": "torch.manual_seed", "device": "torch.device", "assert": "torch._assert",
          "checkpoint": "checkpoint.checkpoint", "checkpoint_sequential": "checkpoint.checkpoint_sequential",
          "isinstance": "isinstance", "bare_module": "nn.Module", "data_parallel": "nn.DataParallel"}

#: Operators that can't stand in an expression.
_STATEMENTS = {"operator.setitem", *(f"operator.i{name}" for name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"))}


class Lowerer(engine.Lowerer):
    """Lowers one file. Host Python stays as it is; only pivot nodes are written anew."""

    def visit(self, node: Any) -> Any:
        if not isinstance(node, Host):
            return super().visit(node)
        method = getattr(self, f"host_{node.kind}", None)
        return method(node) if method else self.generic(node)

    def use(self, dotted: str) -> Host:
        for short, namespace in dialect.SUBMODULES.items():
            if dotted.startswith(short):
                dotted = namespace + dotted[len(short):]
        return super().use(dotted)

    # -- host nodes that hold idioms ----------------------------------------------------------------------------------

    def host_ClassDef(self, node: Host) -> Host:
        """Definitions: decorators without a meaning for the numbers were left out on lifting."""
        return self.generic(Host(node.kind, {**node.fields, "decorator_list": self.decorators(node)}, node.role,
                                 site=node.site, span=node.span, verbatim=node.verbatim))

    host_FunctionDef = host_AsyncFunctionDef = host_ClassDef

    def decorators(self, node: Host) -> list[Node]:
        """Decorators that can be written: all but idioms other than gradient modes, where the text is gone."""
        return [d for d in node.fields["decorator_list"]
                if not isinstance(d, Idiom) or d.name in ("no_grad", "enable_grad") or self.is_kept(d)]

    def host_Import(self, node: Host) -> Node:
        """Imports of the source framework go, unless it is this one."""
        return lowered_imports(self, node)

    host_ImportFrom = host_Import

    def host_Expr(self, node: Host) -> Node:
        """Item assignment is a statement; what means nothing is left out."""
        value = node.fields["value"]
        if self.is_kept(value):
            return self.visit(value) if value.span == node.span else self.generic(node)
        if isinstance(value, Op) and value.op == "setitem":
            x, index, item = (self.visit(const(value.args[k])) for k in ("x", "index", "value"))
            place = Host("Subscript", {"value": x, "slice": index}, verbatim=False)
            return self.placed(Host("Assign", {"targets": [place], "value": item}), node)
        if isinstance(value, Idiom) and value.name == "tie":
            return self.placed(self.tie(value), node)
        if isinstance(value, Idiom) and value.name == "nothing":
            return Block([], span=node.span, verbatim=False)
        return self.generic(node)

    def tie(self, value: Idiom) -> Host:
        """`target.weight = other.weight`: one parameter at two paths."""
        other = {"embedding": "dense", "dense": "embedding"}[value.args["target"]]
        left, right = (Host("Attribute", {"value": self.visit(value.args[k]), "attr": "weight"}, verbatim=False)
                       for k in (value.args["target"], other))
        return Host("Assign", {"targets": [left], "value": right}, verbatim=False)

    # -- modules ------------------------------------------------------------------------------------------------------

    def lower_parameter(self, node: Parameter) -> Node:
        words = {"requires_grad": self.visit(node.trainable)} if isinstance(node.trainable, Node) else \
            {} if node.trainable else {"requires_grad": False}
        return self.placed(call(self.use("nn.Parameter"), [self.visit(node.value)], words), node)

    def lower_buffer(self, node: Buffer) -> Node:
        func = Host("Attribute", {"value": self.visit(node.owner), "attr": "register_buffer"}, verbatim=False)
        words = {} if node.persistent else {"persistent": False}
        return self.placed(call(func, [self.visit(node.name), self.visit(node.value)], words), node)

    def lower_mode(self, node: Mode) -> Node:
        return self.placed(Host("Attribute", {"value": self.visit(node.owner), "attr": "training"}), node)

    def lower_marked(self, node: Marked) -> Node:
        """A construct that the pivot does not know stays as it was written."""
        return self.visit(node.original)

    def lower_layer(self, node: Layer) -> Node:
        entry = registry.entry("layer", node.op)
        args = {k: self.visit(v) for k, v in node.args.items()}
        if entry.rule != "host":
            return self.express(entry, node, args, list(node.given))
        items = args.pop("items", [])
        return self.placed(call(self.use(self.signatures(entry, "function")[0].callee), items, args), node)

    def container(self, node: Layer) -> Node:
        return self.lower_layer(node)

    # -- tensor operations --------------------------------------------------------------------------------------------

    def plain_variables(self, entry: Entry, node: Op, args: dict[str, Any]) -> dict[str, Any]:
        return args

    def shape_of(self, node: Op) -> Host:
        return Host("Attribute", {"value": self.visit(node.args["x"]), "attr": "shape"}, verbatim=False)

    def express(self, entry: Entry, node: Canonical, args: dict[str, Any], given: list[str]) -> Node:
        """Forms of the style in which the op was written come first."""
        style = getattr(node, "style", "function")
        ordered = replace(entry, signatures={dialect.PREFIX: self.signatures(entry, style)})
        plain = {k: const(node.args[k].op) if isinstance(node.args.get(k), Ref) and node.args[k].sort == "dtype" else v
                 for k, v in args.items()}
        return super().express(ordered, node, plain, given)

    def signatures(self, entry: Entry, style: str) -> list[Signature]:
        """Signatures that can be written from canonical arguments alone, best first."""
        usable = [s for s in entry.signatures.get(dialect.PREFIX, ()) if s.callee not in _STATEMENTS and all(
            p.expr is not None or p.default is not None or "star" in p.kind for p in s.params)]
        return sorted(usable, key=lambda s: _rank(s, style))

    def written(self, lowered: Any, node: Canonical, args: dict[str, Any]) -> Node:
        """Dtypes are objects of the framework."""
        names = [p.name for p in lowered.signature.params if p.expr is not None]
        dtypes = {p.name for p in lowered.signature.params if p.expr is not None and _names_dtype(p.expr)}
        positional = [self.dtype(v) if n in dtypes else v for n, v in zip(names, lowered.args, strict=False)]
        keywords = {k: self.dtype(v) if k in dtypes else v for k, v in lowered.keywords.items()}
        done = replace(lowered, args=[*positional, *lowered.args[len(positional):]], keywords=keywords)
        return super().written(done, node, args)

    def dtype(self, value: Any) -> Any:
        """The dtype object of a canonical name; other values as they are."""
        name = value.fields.get("value") if isinstance(value, Host) and value.kind == "Constant" else value
        return self.use(f"torch.{name}") if isinstance(name, str) else value

    # -- references and idioms ----------------------------------------------------------------------------------------

    def lower_ref(self, node: Ref) -> Node:
        if node.sort == "dtype":
            names = {dtype: name for name, dtype in reversed(dialect.TENSOR_TYPES.items())} if node.variant else {}
            return self.placed(self.use(names.get(node.op, f"torch.{node.op}")), node)
        if node.sort == "type":
            return self.placed(self.use(dialect.TYPE_NAMES.get(node.op, "object")), node)
        if node.sort == "constant":
            return super().lower_ref(node)
        kind = "layer" if node.sort == "layer_type" else node.sort
        found = [s for s in self.signatures(registry.entry(kind, node.op), "function") if node.sort == "layer_type" or
                 all(node.where.get(name) == value for name, value in s.where)]
        if not found or found[0].callee.startswith("operator."):
            return self.mark(node, "TG011", f"{node.op} can't be passed as a value", "Pass a function that calls it.")
        callee = found[0].callee
        return self.placed(self.use(f"torch.{callee}" if callee.startswith("Tensor.") else callee), node)

    def idiom(self, node: Idiom) -> Node:
        if node.name in _CALLS:
            args = self.visit(node.args["args"])
            return self.placed(call(self.use(_CALLS[node.name]), args, self.visit(node.args["keywords"])), node)
        return super().idiom(node)

    def idiom_initialise(self, node: Idiom) -> Any:
        init = node.args["init"]
        if init is None:
            return self.mark(node, "TG010", "this initialiser is not in the catalog")
        return self.visit(init)

    def idiom_set_attribute(self, node: Idiom) -> Any:
        method = {"parameter": "register_parameter", "module": "add_module"}[node.args["sort"]]
        func = Host("Attribute", {"value": self.visit(node.args["owner"]), "attr": method}, verbatim=False)
        return call(func, [self.visit(node.args["name"]), self.visit(node.args["value"])])


def _rank(signature: Signature, style: str) -> int:
    """0 for forms of the wanted style, 1 for others, 2 for those that change an operand though none was to change."""
    callee = signature.callee
    last = callee.split(".")[-1]
    inplace = callee.startswith(("Tensor.", "nn.init.")) and last.endswith("_")
    if callee.startswith("operator."):
        written = "operator"
    elif callee.startswith("Tensor."):
        written = "attribute" if signature.attribute else "method"
    else:
        written = "function"
    if inplace:
        return 0 if style == "inplace" or callee.startswith("nn.init.") else 2
    return 0 if written == style else 1


def _names_dtype(expr: Any) -> bool:
    import ast

    return any(isinstance(n, ast.Name) and n.id == "dtype" for n in ast.walk(expr))
