"""Which expressions certainly hold tensors in the source's axis order, in functions of which examples ran a part.

An example tells the order of what it computed. A branch beside it, that no example took, works on the same names:
where all their values are in the source's order, so is what the branch makes of them, op by op.
"""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..pivot.classes import Classes
from ..pivot.nodes import Canonical, Host, Idiom, Layer, LayerCall, Mode, Node, Op, Ref, dotted_path, is_literal

#: Rules of layers that leave the order of their operand as it is.
_KEEPING = frozenset({"elementwise", "like", "last"})
#: Rules of ops that work in an order of the target's own.
OWN_ORDER = frozenset({"demand", "channel"})
#: Host nodes that hold what their children hold.
DISPLAYS = frozenset({"Tuple", "List", "BinOp", "UnaryOp", "Compare", "BoolOp", "IfExp", "Starred", "Slice", "Dict", "Set",
                       "Subscript", "JoinedStr", "FormattedValue", "keyword", "ListComp", "GeneratorExp",
                       "comprehension", "Paren", "NamedExpr"})
#: Functions that bind names of their own.
_FUNCTIONS = frozenset({"FunctionDef", "AsyncFunctionDef", "Lambda"})


class Orders:
    """Answers for one program; `layouts` tells what the examples showed."""

    def __init__(self, context: Any, layouts: Any):
        self.context, self.layouts = context, layouts
        self.classes: Classes = context.classes
        self.forward: str = context.source_dialect.FORWARD
        self.known: dict[tuple[str, str], Names] = {}

    def names(self, module: str, frames: list[dict[str, Any]]) -> Names:
        """What is known of the names of a function, the last of the frames; the others are around it."""
        key = (module, frames[-1]["name"])
        if key not in self.known:
            around = self.names(module, frames[:-1]) if len(frames) > 1 else None
            self.known[key] = Names(self, module, frames[-1], around)
        return self.known[key]

    def same_class(self, key: str | None) -> bool:
        """True for classes whose methods took and gave tensors in the source's order only, as far as they ran."""
        ran = [f for f in self.layouts.entered if f.rpartition(".")[0] == key]
        return bool(ran) and all(self.same_function(f) for f in ran)

    def same_function(self, name: str) -> bool:
        """True for functions that ran on tensors in the source's order, and returned such."""
        entered = self.layouts.entered.get(name)
        return entered is not None and all(entered.values()) and self.layouts.returned.get(name, True)


class Names:
    """The names of one function: which hold tensors in the source's order only, or no tensors."""

    def __init__(self, orders: Orders, module: str, frame: dict[str, Any], around: Names | None):
        self.orders, self.module, self.around = orders, module, around
        self.layouts = orders.layouts
        self.self_name: str | None = frame["self"]
        self.owner: str | None = frame["owner"]
        self.function = f"{module}:{frame['name']}"
        #: Whether what methods take and give, as far as they ran, is in the source's order.
        self.plain_class = orders.same_class(self.owner)
        self.bound: dict[str, list[Any]] = {}
        node: Host = frame["node"]
        for statement in node.fields["body"]:
            self._collect(statement)
        # A feature axis that was flattened in another order has the source's axes, but not their content.
        mixed = self.owner in self.layouts.rows or self.owner in self.layouts.columns
        self.safe = dict.fromkeys(self.bound, True) | self._parameters(node)
        if mixed:
            self.safe = dict.fromkeys(self.safe, False)
        changed = not mixed
        while changed:
            changed = False
            for name, values in self.bound.items():
                if self.safe[name] and not all(self.holds(v) for v in values):
                    self.safe[name], changed = False, True

    def _parameters(self, node: Host) -> dict[str, bool]:
        entered = self.layouts.entered.get(self.function)
        args = node.fields["args"].fields
        names = [a.fields["arg"] for a in [*args["posonlyargs"], *args["args"], *args["kwonlyargs"],
                                           *filter(None, (args.get("vararg"), args.get("kwarg")))]]
        if entered is None:
            return dict.fromkeys(names, self.plain_class)
        return {name: entered.get(name, True) for name in names}

    def _collect(self, node: Node) -> None:
        """Notes what is bound to names: values, or None for what is not known."""
        if isinstance(node, Host):
            if node.kind in _FUNCTIONS or node.kind == "ClassDef":
                for inner in node.walk():  # what functions inside bind anew or read is not followed
                    for name in targets(inner):
                        self.bound.setdefault(name, []).append(None)
                if "name" in node.fields:
                    self.bound.setdefault(node.fields["name"], []).append(None)
                return
            value = node.fields.get("value") if node.kind in ("Assign", "AnnAssign", "AugAssign", "NamedExpr") else \
                node.fields.get("iter") if node.kind in ("For", "comprehension") else None
            for name in targets(node):
                self.bound.setdefault(name, []).append(value)
        for child in node.children():
            self._collect(child)

    def order_of(self, node: Any) -> tuple[int, ...] | None:
        """The one axis order that a parameter, never bound anew, was seen to have."""
        name = node.fields["id"] if isinstance(node, Host) and node.kind == "Name" else None
        seen = self.layouts.given.get((self.function, name), set()) if name not in self.bound else set()
        return next(iter(seen)) if len(seen) == 1 else None

    def holds(self, node: Any) -> bool:
        """True where an expression certainly holds tensors in the source's order, or none."""
        if not isinstance(node, Node):
            return node is not None
        seen = self.layouts.same.get((self.module, node.site)) if node.site is not None else None
        if seen is not None:
            return bool(seen)
        if is_literal(node) or isinstance(node, (Ref, Mode)):
            return True
        if isinstance(node, Op):
            rule = registry.entry("function", node.op).rule.split()[0]
            return rule not in OWN_ORDER and all(self._argument(v) for v in node.args.values())
        if isinstance(node, LayerCall):
            return registry.entry("layer", node.op).rule.split()[0] in _KEEPING and \
                all(self._argument(v) for v in node.args.values())
        if isinstance(node, (Layer, Canonical, Idiom)) or not isinstance(node, Host):
            return False
        if node.kind == "Name":
            return self.name(node.fields["id"])
        if node.kind == "Attribute":
            return self._attribute(node)
        if node.kind == "Call":
            return self._call(node)
        return node.kind in DISPLAYS and all(self.holds(c) for c in node.children())

    def name(self, name: str) -> bool:
        """True for names that hold tensors in the source's order only; those of the module hold none."""
        if name in self.safe:
            return self.safe[name]
        return self.around is None or self.around.name(name)

    def _argument(self, value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return all(self._argument(v) for v in value)
        return not isinstance(value, Node) or self.holds(value)

    def _attribute(self, node: Host) -> bool:
        """Attributes of the object: parameters and what the constructor stores; of others, what those hold."""
        owner = node.fields["value"]
        if not (isinstance(owner, Host) and owner.kind == "Name" and owner.fields["id"] == self.self_name):
            return self.holds(owner)
        attr = node.fields["attr"]
        return not any(attr in self.layouts.parameters.get(i.key, {})
                       for i in self.orders.classes.ancestors(self.owner or "")) and \
            attr not in self.orders.context.changed_attributes(self.owner)

    def _call(self, node: Host) -> bool:
        """Calls of Python's own functions, and of methods of the object that ran in the source's order."""
        func = node.fields["func"]
        if not all(self.holds(a) for a in [*node.fields["args"], *node.fields["keywords"]]):
            return False
        if not isinstance(func, Host):
            return False
        if func.kind == "Name" and func.fields["id"] != self.self_name:
            name = func.fields["id"]
            return name in _builtins() and name not in self.bound or \
                self.orders.same_function(f"{self.module}:{name}")
        head = (dotted_path(func) or "").partition(".")[0]
        if head != self.self_name and head not in self.bound and self._is_library(head):
            return True
        is_self = func.kind == "Name"
        method = self.orders.forward if is_self else func.fields.get("attr")
        holder = func if is_self else func.fields.get("value")
        if not (isinstance(holder, Host) and holder.fields.get("id") == self.self_name and self.self_name):
            return False
        return any(self.orders.same_function(f"{i.key}.{method}")
                   for i in self.orders.classes.ancestors(self.owner or "") if method in i.methods)

    def _is_library(self, name: str) -> bool:
        """True for imported modules that are none of the project's: what they compute with is no tensor."""
        program = self.orders.context.program
        dotted = program.files[self.module].imports.get(name, "")
        return bool(dotted) and not any(m.split(".")[0] == dotted.split(".")[0] for m in program.files)


def targets(node: Node) -> list[str]:
    """Names that a statement or clause binds."""
    if not isinstance(node, Host):
        return []
    found = node.fields.get("targets") if node.kind == "Assign" else [node.fields.get("target")] \
        if node.kind in ("AnnAssign", "AugAssign", "For", "comprehension", "NamedExpr") else \
        [node.fields.get("optional_vars")] if node.kind == "withitem" else []
    names: list[str] = []
    waiting = [t for t in found or () if isinstance(t, Host)]
    while waiting:
        target = waiting.pop()
        if target.kind == "Name":
            names.append(target.fields["id"])
        waiting += [e for e in target.fields.get("elts", ()) if isinstance(e, Host)]
        if target.kind == "Starred":
            waiting.append(target.fields["value"])
    return names


def _builtins() -> frozenset[str]:
    return frozenset({"len", "range", "zip", "enumerate", "list", "tuple", "int", "float", "bool", "max", "min", "sum", "abs",
                      "reversed", "sorted", "isinstance", "getattr", "hasattr", "print", "str", "set", "dict"})
