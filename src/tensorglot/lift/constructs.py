"""Recognition of framework constructs: calls, methods, attributes, operators, parameters, idioms."""

from __future__ import annotations

import ast
from typing import Any

from ..catalog import registry
from ..catalog.binding import Bound, bind
from ..catalog.codecs import Decline
from ..catalog.registry import Entry
from ..pivot.nodes import (
    Canonical,
    Host,
    Idiom,
    LayerCall,
    Mode,
    Node,
    Op,
    Parameter,
    Ref,
    const,
    dotted_path,
    is_literal,
    literal,
)
from ..pivot.nodes import name as dotted_name
from ..source.sites import ITERATING, iteration_site
from .evidence import Event, Evidence, is_host_item
from .fused import Fused
from .host import HostCode
from .matching import Matching
from .objects import Objects
from .weights import Weights

_OPERATORS = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
    "USub": "neg", "UAdd": "pos", "Invert": "invert", "Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt",
    "GtE": "ge",
}


#: Methods of Python's own types.
_OF_CONTAINERS = set(dir(list) + dir(dict) + dir(str) + dir(set) + dir(float) + dir(int))
#: Methods of NumPy's arrays that tensors have under the same name.
_OF_ARRAYS = {"min", "max", "sum", "mean", "item", "all", "any", "tolist", "reshape", "flatten", "round"}
#: Methods of Python's own types, of modules and of common libraries: no sign of a tensor.
HOST_METHODS = _OF_CONTAINERS | _OF_ARRAYS | {
    "to", "cpu", "cuda", "float", "half", "double", "eval", "train", "apply", "type", "bool", "numpy", "get", "set",
    "shape", "size", "dim", "backward", "requires_grad_"}


class Constructs(HostCode, Objects, Matching, Weights, Fused):
    """Mixin of `Lifter`: what each expression means in the framework."""

    module: str
    dialect: Any
    evidence: Evidence
    classes: Any
    in_type_test: bool

    # -- names and attributes -------------------------------------------------------------------------------------

    def visit_Name(self, node: Host) -> Node:
        dotted = self.origin(node)
        if self.in_framework(dotted):
            return self.reference(node, dotted)
        return self.sorted_node(Host("Name", dict(node.fields), site=node.site, span=node.span))

    def sorted_node(self, node: Host) -> Host:
        """Notes on a name, an attribute or a call that it holds a module or a layer (`is:layer:linear`)."""
        sort = self.type_of(node) or ""
        if sort == "module" or sort.startswith("layer:"):
            node.role = f"is:{sort}"
        return node

    def visit_Attribute(self, node: Host) -> Node:
        dotted = self.origin(node)
        if self.in_framework(dotted):
            return self.reference(node, dotted)
        attr = node.fields["attr"]
        if attr == "training" and self.is_module(node.fields["value"]):
            return Mode(self.visit(node.fields["value"]), site=node.site, span=node.span, verbatim=False)
        value = self.visit(node.fields["value"])
        lifted = Host("Attribute", {"value": value, "attr": attr}, site=node.site, span=node.span)
        member = self.member(self.evidence.events(self.module, node.site, "attr"), self.type_of(value), attr)
        if member is not None:
            return self.object_attribute(lifted, member)
        seen = [e.data.get("x") for e in self.evidence.events(self.module, node.site, "attr")]
        described = self.described_by(value, seen)
        if described is not None:
            return self.object_attribute(lifted, f"{described}.{attr}")
        on_tensor = any(isinstance(x, dict) and "t" in x for x in seen)  # fields of a named tuple keep their names
        if on_tensor or self.type_of(value) in ("tensor", "parameter"):
            entries = registry.lookup(self.dialect.PREFIX, f"Tensor.{attr}")
            if entries:
                bound = self.binding(entries, f"Tensor.{attr}", [value], {}, lifted)
                if bound is not None:
                    entry, _, result = bound
                    return Op(entry.name, result.args, result.given, "attribute", site=node.site, span=node.span,
                              verbatim=False)
            if on_tensor and attr not in ("data", "grad"):
                return self.mark(node, "TG010", f"attribute {attr!r} of a tensor is not in the catalog",
                                 "Rewrite the expression with a supported operation.")
        if attr == self.dialect.FORWARD:
            lifted.role = "forward"
            return lifted
        return self.sorted_node(lifted)

    def is_module(self, node: Node) -> bool:
        """True for `self` in a module class and for attributes that hold modules."""
        if self.is_self(node):
            info = self.classes.get(self.owner)
            return info is not None and info.role is not None
        sort = self.type_of(node) or ""
        return sort == "module" or sort.startswith("layer:")

    def reference(self, node: Host, dotted: str | None) -> Node:
        """A framework name used as a value."""
        assert dotted is not None
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        if dotted in self.dialect.DTYPES:
            return Ref("dtype", self.dialect.DTYPES[dotted], **kw)
        if dotted in self.dialect.TENSOR_TYPES and not self.in_type_test:
            return Ref("dtype", self.dialect.TENSOR_TYPES[dotted], variant=1, **kw)
        if self.dialect.IDIOMS.get(dotted) == "nothing":
            return Idiom("nothing", {}, **kw)
        canonical = self.dialect.canonical(dotted)
        entries = registry.lookup(self.dialect.PREFIX, canonical)
        if dotted in self.dialect.TYPES and dotted not in self.dialect.BASES:
            return Ref("type", self.dialect.TYPES[dotted], **kw)
        if entries:
            return self.named(entries[0], canonical, **kw)
        if dotted in self.dialect.BASES:
            return Ref("type", self.dialect.BASES[dotted], **kw)
        if dotted in self.dialect.TYPES:
            return Ref("type", self.dialect.TYPES[dotted], **kw)
        if self.dialect.canonical(dotted) in self.dialect.CONSTANTS:
            return Ref("constant", repr(self.dialect.CONSTANTS[self.dialect.canonical(dotted)]), **kw)
        if self.dialect.module_path(dotted):
            return node
        return self.mark(node, "TG010", f"{dotted} is not in the catalog",
                         "Replace it by a supported construct, or add an entry (docs/adding-an-op.md).")

    def named(self, entry: Entry, canonical: str, **kw: Any) -> Ref:
        """A class or function by its name, with the arguments that the name implies."""
        signatures = entry.sources(self.dialect.PREFIX)
        variant = next((i for i, s in enumerate(signatures) if s.callee == canonical), 0)
        return Ref(entry.kind, entry.name, dict(signatures[variant].where), variant, **kw)

    def layer_entries(self, dotted: str) -> list[Entry]:
        """Layer entries of a dotted framework name."""
        return [e for e in registry.lookup(self.dialect.PREFIX, self.dialect.canonical(dotted)) if e.kind == "layer"]

    # -- calls ----------------------------------------------------------------------------------------------------

    def visit_Call(self, node: Host) -> Node:
        node = self.by_builtin(node)
        probe = self.probe(node) or self.constant_call(node)
        if probe is not None:
            return probe
        found = self.looked_up(node) or self.evaluated(node)
        if found is not None:
            return found
        func = node.fields["func"]
        dotted = self.origin(func)
        if self.in_framework(dotted):
            return self.framework_call(node, dotted)
        if isinstance(func, Host) and func.kind == "Attribute":
            done = self.method_call(node, func)
            if done is not None:
                return done
        args, keywords = self.arguments(node)
        layers = self.evidence.callees(self.module, node.site, "layer")
        callee = self.visit(func)
        if callee is not func and isinstance(callee, Host) and callee.kind == "Attribute" and any(
                c.startswith(self.dialect.MODULE_CLASS + ".") for c in
                self.evidence.callees(self.module, node.site, "call")):
            receiver = callee.fields["value"]
            if isinstance(receiver, Host) and receiver.role is None:
                receiver.role = "is:module"
        self.note_chains(node, args)
        self.note_forward(node, callee)
        op = self.layer_of(callee, layers)
        if op is not None and registry.entry("layer", op).source_call(self.dialect.PREFIX) is not None:
            made = self.layer_call(node, callee, op, args, keywords)
            if made is not None:
                return self.activated(made, self.taken_off(callee) or self.held_by(callee))
        activation = self.taken_off(callee) or self.held_by(callee)
        if activation is not None:
            called = Host("Call", {"func": callee, "args": args, "keywords": keywords}, site=node.site, span=node.span)
            return self.activated(called, activation)
        return self.sorted_node(Host("Call", {"func": callee, "args": args, "keywords": keywords}, site=node.site,
                                     span=node.span))

    def note_forward(self, node: Host, callee: Node) -> None:
        """Notes on `x.forward` what calls it: of an object that is no module it is a method like any other; of another
        module it is a call of that module."""
        if not isinstance(callee, Host) or callee.role != "forward":
            return
        receiver = callee.fields["value"]
        seen = self.evidence.callees(self.module, node.site, "call")
        owners = [self.classes.get(c.rpartition(".")[0]) for c in seen]
        if owners and all(owner is not None and owner.role is None for owner in owners):
            callee.role = None
        elif not self.is_self(receiver) and dotted_path(receiver) is not None and self.origin(receiver) is None:
            callee.role = "module's forward"

    def by_builtin(self, node: Host) -> Host:
        """`self.__getattr__(name)` as `getattr(self, name)`: only the source's modules have such a method in any case."""
        func = node.fields["func"]
        if not (isinstance(func, Host) and func.kind == "Attribute" and func.fields["attr"] in ("__getattr__", "__setattr__")
                and self.is_module(func.fields["value"])):
            return node
        name = Host("Name", {"id": func.fields["attr"].strip("_")}, verbatim=False)
        return Host("Call", {**node.fields, "func": name, "args": [func.fields["value"], *node.fields["args"]]},
                    site=node.site, span=node.span, verbatim=False)

    def note_chains(self, node: Host, args: list[Node]) -> None:
        """Notes on arguments of host functions (`enumerate`, `len`) that they were seen to be sequential chains."""
        for event in self.evidence.events(self.module, node.site, "call"):
            if not event.callee.startswith("builtins."):
                continue
            for arg, value in zip(args, event.data["a"]):
                self.note_chain(arg, value, event)

    def note_chain(self, node: Node, value: Any, event: Event) -> None:
        """Notes on an expression that the value that it had in an event was a sequential chain."""
        if isinstance(node, Host) and node.role is None and isinstance(value, dict) and "m" in value:
            seen = event.modules.get(value["m"], {}).get("class", "")
            if self.dialect.BASES.get(self.dialect.public(seen)) == "sequential" or \
                    getattr(self.classes.get(seen), "role", None) == "sequential":
                node.role = "is:layer:sequential"

    def layer_of(self, callee: Node, seen: list[str]) -> str | None:
        """The canonical layer that a callee is, if exactly one is known."""
        found = {e[0].name for e in (self.layer_entries(self.dialect.public(c)) for c in seen) if e}
        if not found:
            sort = self.type_of(callee) or ""
            if sort.startswith("layer:"):
                found = {sort[6:]}
        return found.pop() if len(found) == 1 else None

    def layer_call(self, node: Host, callee: Node, op: str, args: list[Node], keywords: list[Host]) -> Node | None:
        entry = registry.entry("layer", op)
        signature = entry.source_call(self.dialect.PREFIX)
        words = {k.fields["arg"]: k.fields["value"] for k in keywords}
        if signature is None or None in words or any(isinstance(a, Host) and a.kind == "Starred" for a in args):
            return None
        try:
            bound = bind(signature, list(args), words)
        except Decline as error:
            return self.mark(node, "TG011", str(error), "Rewrite the call with supported arguments.")
        self.follows_mode(bound)
        return LayerCall(op, bound.args, bound.given, callee, site=node.site, span=node.span, verbatim=False)

    def follows_mode(self, bound: Bound) -> None:
        """A call that hands on the mode which its own caller was given says nothing: the layers know it anyway."""
        word = self.dialect.MODE_ARGUMENT
        value = bound.args.get(word)
        if isinstance(value, Host) and value.kind == "Name" and value.fields["id"] == word and word in self.function.bound \
                and self.classes.get(self.owner) is not None:
            del bound.args[word]
            bound.given.remove(word)

    def arguments(self, node: Host) -> tuple[list[Node], list[Host]]:
        func = node.fields["func"]
        name = func.fields["id"] if isinstance(func, Host) and func.kind == "Name" else None
        outside, self.in_type_test = self.in_type_test, name == "isinstance"
        args = [self.iterated(a) for a in node.fields["args"]] if name in ITERATING else self.visit(node.fields["args"])
        self.in_type_test = outside
        return args, self.visit(node.fields["keywords"])

    # -- items of tensors -----------------------------------------------------------------------------------------

    def iterated(self, node: Node) -> Node:
        """An expression whose items are taken one by one; those of a tensor are an op."""
        lifted = self.visit(node)
        if node.site is None or isinstance(node, Host) and node.kind == "Starred":
            return lifted
        site = iteration_site(node.site)
        for event in self.evidence.events(self.module, site, "call"):
            self.note_chain(lifted, event.data["a"][0], event)
        seen = self.evidence.events(self.module, site, "op")
        if not seen and not (isinstance(node, Host) and node.kind == "Name" and
                             node.fields["id"] in self.function.tensors):
            return lifted
        return Op("unbind", {"x": lifted, "axis": const(0)}, ["x"], "function", site=site, span=node.span,
                  verbatim=False)

    def visit_Starred(self, node: Host) -> Node:
        return Host("Starred", {**node.fields, "value": self.iterated(node.fields["value"])}, site=node.site,
                    span=node.span)

    def visit_For(self, node: Host) -> Node:
        return self.over_items(node)

    def visit_comprehension(self, node: Host) -> Node:
        return self.over_items(node)

    def over_items(self, node: Host) -> Host:
        """A loop or comprehension; what it iterates over is lifted first, as it is evaluated."""
        items = self.iterated(node.fields["iter"])
        types = self.item_types(node.fields["target"], items)
        self.scope.types.update(types)
        fields = {k: self.visit(v) if k != "iter" and isinstance(v, (list, Node)) else v for k, v in node.fields.items()}
        return Host(node.kind, {**fields, "iter": items}, node.role, site=node.site, span=node.span)

    def framework_call(self, node: Host, dotted: str) -> Node:
        """A call of a name in the framework's namespace."""
        kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
        idiom = self.dialect.IDIOMS.get(dotted)
        args, keywords = self.arguments(node)
        keywords = self.without_factories(node, keywords)
        words = {k.fields["arg"]: k.fields["value"] for k in keywords}
        if idiom in ("parameter", "buffer"):
            first, second = self.dialect.PARAMETER_WORDS[:2]
            if None in words or len(args) > 2 or not set(words) <= set(self.dialect.PARAMETER_WORDS):
                return self.mark(node, "TG013", "this form of making a weight is not supported",
                                 f"Give {first}, and {second} where it is not trained; and nothing else.")
            value = args[0] if args else words.get(first, const(None))
            trainable = words.get(second, args[1] if len(args) > 1 else const(True))
            if is_literal(trainable):
                trainable = bool(literal(trainable))
            return Parameter(value, idiom == "parameter" and trainable, **kw)
        if idiom is not None:
            return Idiom(idiom, {"args": args, "keywords": words}, **kw)
        canonical = self.dialect.canonical(dotted)
        entries = registry.lookup(self.dialect.PREFIX, canonical)
        fills = not entries or any(isinstance(p.expr, ast.Name) and p.expr.id == "x"
                                   for s in entries[0].sources(self.dialect.PREFIX) for p in s.params)
        if self.dialect.INITIALISERS and canonical.startswith(self.dialect.INITIALISERS) and fills:
            return self.initialisation(node, canonical, entries, args, keywords)
        if not entries:
            return self.mark(node, "TG010", f"{dotted} is not in the catalog",
                             "Replace it by a supported construct, or add an entry (docs/adding-an-op.md).")
        return self.construct(node, canonical, entries, args, keywords, "function")

    def method_call(self, node: Host, func: Host) -> Node | None:
        """A call `receiver.method(...)`: tensor methods, module methods; None where it is host code."""
        method = func.fields["attr"]
        events = self.evidence.events(self.module, node.site, "op")
        seen = {e.callee for e in events}
        receiver = func.fields["value"]
        if self.is_module(receiver) and method in self.dialect.MODULE_METHODS:
            return self.module_method(node, receiver, self.dialect.MODULE_METHODS[method])
        if method == self.dialect.APPEND and len(node.fields["args"]) == 1 and not node.fields["keywords"] and \
                self.type_of(self.visit(receiver)) == "layer:sequential":
            return Idiom("append", {"owner": self.visit(receiver), "items": self.chained(self.visit(node.fields["args"]))},
                         site=node.site, span=node.span, verbatim=False)
        if method in self.dialect.FUNCTIONAL_METHODS and \
                self.type_of(self.visit(receiver)) == f"layer:{self.dialect.FUNCTIONAL_MODULE}":
            return self.functional_method(node, method)
        if method in self.dialect.LAYER_FUNCTIONS and len(seen) == 1:
            return self.layer_function(node, self.dialect.canonical(seen.pop()), self.dialect.LAYER_FUNCTIONS[method])
        tensor = bool(events) and any(f.startswith("Tensor.") for f in seen)
        lifted = kind = None
        if not tensor and not events:
            lifted = self.visit(receiver)
            kind = self.type_of(lifted)
            tensor = kind in ("tensor", "parameter") or kind == "shape" and method == "numel"
        member = self.member(events, kind, method)
        canonical = member or f"Tensor.{method}"
        if not tensor and member is None:
            return self.cold_method(node, lifted, canonical) if lifted is not None else None
        lifted = lifted if lifted is not None else self.visit(receiver)
        args, keywords = self.arguments(node)
        if method.endswith("_") and not method.endswith("__"):
            made = self.initial_method(node, lifted, method, args, keywords)
            if made is not None:
                return made
        entries = registry.lookup(self.dialect.PREFIX, canonical)
        if not entries:
            return self.mark(node, "TG010", f"{canonical} is not in the catalog",
                             "Replace it by a supported construct, or add an entry (docs/adding-an-op.md).")
        if member is not None and self.is_attribute(entries[0]):
            return None  # a class of the project's own has a method of that name
        style = "inplace" if method.endswith("_") and not method.endswith("__") else "method"
        return self.construct(node, canonical, entries, [lifted, *args], keywords, style)

    def layer_function(self, node: Host, canonical: str, settings: tuple[str, ...]) -> Node:
        """A layer's own method as the function that it calls, with the layer's settings."""
        args, keywords = self.arguments(node)
        own = next(s.self_name for s in reversed(self.scopes) if s.self_name)
        given = [dotted_name(f"{own}.{setting}") for setting in settings]
        return self.construct(node, canonical, registry.lookup(self.dialect.PREFIX, canonical), [*args, *given], keywords,
                              "function")

    def cold_method(self, node: Host, receiver: Node, canonical: str) -> Node | None:
        """A method of tensors or modules, in code that no example ran, on a value of unknown type: marked where nothing
        else has such a method, reported where NumPy's arrays or classes of the project do."""
        name = canonical.partition(".")[2]
        func = node.fields["func"]
        if not (self.function.cold or self.cold_branches) or name in _OF_CONTAINERS:
            return None
        known = self.origin(func) or self.type_of(receiver)
        if known is not None or self.is_module(func.fields["value"]) or not (
                name in self.dialect.OF_MODULES or registry.lookup(self.dialect.PREFIX, canonical)):
            return None
        reason = f"no example ran this code, and what {name!r} is called on is not known"
        remedy = "Give an example that runs it with --model and --input."
        if name in _OF_ARRAYS or any(name in info.methods for info in self.classes.table.values()):
            self.report(node, "TG020", f"{reason}: it is left as it stands", remedy, "warning")
            return None
        return self.mark(node, "TG020", reason, remedy)

    # -- operators ------------------------------------------------------------------------------------------------

    def visit_BinOp(self, node: Host) -> Node:
        return self.operator(node, [node.fields["left"], node.fields["right"]])

    def visit_UnaryOp(self, node: Host) -> Node:
        return self.operator(node, [node.fields["operand"]])

    def visit_Compare(self, node: Host) -> Node:
        if len(node.fields["ops"]) != 1:
            return self.generic(node)
        probe = self.probe(node)
        if probe is not None:
            return probe
        return self.operator(node, [node.fields["left"], node.fields["comparators"][0]])

    def operator(self, node: Host, operands: list[Node]) -> Node:
        """An operator on tensors becomes an op that is still written as an operator."""
        lifted = self.generic(node)
        symbol = node.fields["ops"][0] if node.kind == "Compare" else node.fields["op"]
        values = [lifted.fields["left"], lifted.fields["right"]] if node.kind == "BinOp" else \
            [lifted.fields["operand"]] if node.kind == "UnaryOp" else \
            [lifted.fields["left"], lifted.fields["comparators"][0]]
        events = self.evidence.events(self.module, node.site, "op")
        types = {self.type_of(v) for v in values}
        if symbol not in _OPERATORS or not (events or types & {"tensor", "parameter"}):
            return lifted
        callee = f"operator.{_OPERATORS[symbol]}"
        found = self.binding(registry.lookup(self.dialect.PREFIX, callee), callee, values, {}, node)
        if found is None:
            return lifted
        entry, _, bound = found
        return Op(entry.name, bound.args, bound.given, "operator", site=node.site, span=node.span, verbatim=False)

    def visit_Subscript(self, node: Host) -> Node:
        lifted = self.generic(node)
        seen = self.evidence.events(self.module, node.site, "op")
        events = [e for e in seen if not is_host_item(e)]
        value = lifted.fields["value"]
        for event in seen:
            self.note_chain(value, event.data["a"][0], event)
        if not (events or self.type_of(value) == "tensor"):
            return lifted
        return Op("getitem", {"x": value, "index": lifted.fields["slice"]}, ["x", "index"], "operator",
                  site=node.site, span=node.span, verbatim=False)

    def item_assignment(self, node: Host, target: Host) -> Node | None:
        """`x[i] = v` on a tensor."""
        seen = [e for s in (node.site, target.site) for e in self.evidence.events(self.module, s, "op")
                if e.callee == "operator.setitem" and not is_host_item(e)]
        x = self.visit(target.fields["value"])
        if not seen and self.type_of(x) != "tensor":
            return None
        index, value = self.visit(target.fields["slice"]), self.visit(node.fields["value"])
        site = node.site if self.evidence.events(self.module, node.site, "op") else target.site
        op = Op("setitem", {"x": x, "index": index, "value": value}, ["x", "index", "value"], "inplace", site=site,
                span=node.span, verbatim=False)
        return Host("Expr", {"value": op}, site=node.site, span=node.span, verbatim=False)



def is_canonical(node: Node) -> bool:
    """True for nodes of the op catalog."""
    return isinstance(node, Canonical)
