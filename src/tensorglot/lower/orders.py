"""Which expressions certainly hold tensors in the source's axis order, in functions of which examples ran a part.

An example tells the order of what it computed. A branch beside it, that no example took, works on the same names:
where all their values are in the source's order, so is what the branch makes of them, op by op.
"""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..pivot.classes import Classes
from ..pivot.nodes import Canonical, Host, Idiom, Layer, LayerCall, Mode, Node, Op, Ref, dotted_path, is_literal
from .callers import Called, cold_functions, resolve

#: Rules of layers that leave the order of their operand as it is.
_KEEPING = frozenset({"elementwise", "like", "last"})
#: Rules of ops that work in an order of the target's own.
OWN_ORDER = frozenset({"demand", "channel"})
#: Host nodes that hold what their children hold.
DISPLAYS = frozenset({"Tuple", "List", "BinOp", "UnaryOp", "Compare", "BoolOp", "IfExp", "Starred", "Slice", "Dict", "Set",
                       "Subscript", "JoinedStr", "FormattedValue", "keyword", "ListComp", "GeneratorExp",
                       "comprehension", "Paren", "NamedExpr"})
#: How often the body of a loop is followed at most: orders only ever get less certain.
_ROUNDS = 4
#: Functions that bind names of their own.
_FUNCTIONS = frozenset({"FunctionDef", "AsyncFunctionDef", "Lambda"})


class Orders:
    """Answers for one program; `layouts` tells what the examples showed."""

    def __init__(self, context: Any, layouts: Any):
        self.context, self.layouts = context, layouts
        self.classes: Classes = context.classes
        self.forward: str = context.source_dialect.FORWARD
        self.known: dict[tuple[str, str], Names] = {}
        #: Of functions that no example ran: which parameters are given the source's order only, which return it only.
        self.given: dict[str, dict[str, bool]] = {}
        self.gives: dict[str, bool] = {}
        self._settle(cold_functions(context.program, layouts.entered))

    def _settle(self, functions: dict[str, Called]) -> None:
        """Finds what calls give cold functions, and what those return: true until a call or a `return` contradicts."""
        self.given = {key: dict.fromkeys(called.parameters, True) for key, called in functions.items()}
        self.gives = dict.fromkeys(functions, True)
        changed = bool(functions)
        while changed:
            self.known.clear()
            given = {key: {name: plain and self.given[key][name] for name, plain in self._given(called).items()}
                     for key, called in functions.items()}
            gives = {key: self.gives[key] and self._gives(called) for key, called in functions.items()}
            changed = (given, gives) != (self.given, self.gives)
            self.given, self.gives = given, gives

    def _given(self, called: Called) -> dict[str, bool]:
        """By parameter whether all calls hand over tensors in the source's order, or none."""
        out = dict.fromkeys(called.parameters, True)
        for module, frames, call in called.calls:
            names, values = self.names(module, frames), called.given(call)
            for name in out:
                out[name] = out[name] and values is not None and all(map(names.holds, values.get(name, ())))
        return out

    def _gives(self, called: Called) -> bool:
        """True where a function returns tensors in the source's order only."""
        results = called.results()
        names = self.names(called.key.partition(":")[0], [called.frame])
        return results is not None and all(map(names.holds, results))

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
    """What one function's names hold, statement by statement: tensors in the source's order only (or none), or others."""

    def __init__(self, orders: Orders, module: str, frame: dict[str, Any], around: Names | None):
        self.orders, self.module, self.around = orders, module, around
        self.layouts = orders.layouts
        self.self_name: str | None = frame["self"]
        self.owner: str | None = frame["owner"]
        self.function = f"{module}:{frame['name']}"
        #: Whether what methods take and give, as far as they ran, is in the source's order.
        self.plain_class = orders.same_class(self.owner)
        #: Whether names hold such tensors: where they are read (by identity of the node), and everywhere.
        self.read: dict[int, bool] = {}
        self.always: dict[str, bool] = {}
        #: Statements that bind a name which comes out of another branch, or into the loop, in another order.
        self.conflicting: set[int] = set()
        self.bound: set[str] = {n for inner in frame["node"].walk() for n in targets(inner)}
        # A feature axis that was flattened in another order has the source's axes, but not their content.
        self.mixed = self.owner in self.layouts.rows or self.owner in self.layouts.columns
        self.state = self._parameters(frame["node"])
        for name, plain in self.state.items():
            self._bind(name, plain)
        self._block(frame["node"].fields["body"])

    def _parameters(self, node: Host) -> dict[str, bool]:
        entered = self.layouts.entered.get(self.function)
        args = node.fields["args"].fields
        names = [a.fields["arg"] for a in [*args["posonlyargs"], *args["args"], *args["kwonlyargs"],
                                           *filter(None, (args.get("vararg"), args.get("kwarg")))]]
        given = self.orders.given.get(self.function, {})
        return {name: given.get(name, self.plain_class) if entered is None else entered.get(name, True) for name in names}

    # -- statements ---------------------------------------------------------------------------------------------------

    def _block(self, body: list[Any]) -> bool:
        """Follows statements; False where the last of them leaves the function."""
        for statement in body:
            if isinstance(statement, Host):
                self._statement(statement)
            else:
                self._read(statement)
        last = body[-1] if body else None
        return not (isinstance(last, Host) and last.kind in ("Return", "Raise"))

    def _statement(self, node: Host) -> None:
        f = node.fields
        if node.kind in _FUNCTIONS or node.kind == "ClassDef":
            return
        if node.kind == "If":
            self._read(f["test"])
            self._branches([f["body"], f["orelse"]])
        elif node.kind in ("For", "While"):
            self._read(f["iter" if node.kind == "For" else "test"])
            for _ in range(_ROUNDS):
                before = dict(self.state)
                if node.kind == "For":
                    self._bind_all(node, self.holds(f["iter"]))
                self._branches([f["body"], []])
                if self.state == before:
                    break
            self._block(f["orelse"])
        elif node.kind in ("Try", "TryStar"):
            self._branches([[*f["body"], *f["orelse"]], *(h.fields["body"] for h in f["handlers"])])
            self._block(f["finalbody"])
        elif node.kind in ("With", "AsyncWith"):
            for item in f["items"]:
                self._read(item)
                self._bind_all(item, False)
            self._block(f["body"])
        else:
            self._read(node)
            if node.kind in ("Assign", "AnnAssign") and f.get("value") is not None:
                self._bind_all(node, self.holds(f["value"]))
            elif node.kind == "AugAssign":
                self._bind_all(node, self.holds(f["value"]) and self.holds(f["target"]))

    def _branches(self, blocks: list[list[Any]]) -> None:
        """Follows alternatives; after them a name holds what it holds in all that go on."""
        before, ends = self.state, []
        for block in blocks:
            self.state = dict(before)
            if self._block(block):
                ends.append(self.state)
        self.state = {}
        for end in ends:
            for name, plain in end.items():
                if self.state.setdefault(name, plain) != plain:
                    self.state[name] = False
                    self.conflicting |= {id(n) for block in blocks for s in block for n in s.walk() if name in targets(n)}
        if not ends:
            self.state = before

    def _bind_all(self, node: Node, plain: bool) -> None:
        for name in targets(node):
            self._bind(name, plain)

    def _bind(self, name: str, plain: bool) -> None:
        self.state[name] = plain and not self.mixed
        self.always[name] = self.always.get(name, True) and self.state[name]

    def _read(self, node: Node) -> None:
        """Notes what the names in an expression hold; those of comprehensions are bound on the way."""
        for inner in node.walk():
            if isinstance(inner, Host) and inner.kind in ("comprehension", "NamedExpr"):
                self._bind_all(inner, self.holds(inner.fields["iter" if inner.kind == "comprehension" else "value"]))
            if isinstance(inner, Host) and inner.kind == "Lambda":
                for parameter in inner.fields["args"].fields["args"]:
                    self._bind(parameter.fields["arg"], False)
        for inner in node.walk():
            if isinstance(inner, Host) and inner.kind == "Name":
                self.read[id(inner)] = self.read.get(id(inner), True) and self.name(inner.fields["id"])

    # -- expressions --------------------------------------------------------------------------------------------------

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
            return self.read[id(node)] if id(node) in self.read else self.name(node.fields["id"])
        if node.kind == "Attribute":
            return self._attribute(node)
        if node.kind == "Call":
            return self._call(node)
        return node.kind in DISPLAYS and all(self.holds(c) for c in node.children())

    def name(self, name: str) -> bool:
        """True for names that hold tensors in the source's order only at this point; those of the module hold none."""
        if name in self.state:
            return self.state[name]
        if name in self.always:
            return self.always[name]
        return self.around is None or self.around.always.get(name, self.around.name(name))

    def _argument(self, value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return all(self._argument(v) for v in value)
        return not isinstance(value, Node) or self.holds(value)

    def _attribute(self, node: Host) -> bool:
        """Attributes of the object: parameters and what the constructor stores; of others, what those hold."""
        owner, attr = node.fields["value"], node.fields["attr"]
        if attr in self.layouts.held:
            return False
        if not (isinstance(owner, Host) and owner.kind == "Name" and owner.fields["id"] == self.self_name):
            return self.holds(owner) and not any(attr in moved for moved in self.layouts.parameters.values())
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
            return name not in self.always and (name in _builtins() or self._function(name))
        dotted = dotted_path(func) or ""
        head = dotted.partition(".")[0]
        if head != self.self_name and head not in self.always and self._function(dotted):
            return True
        if head != self.self_name and head not in self.bound and self._is_library(head):
            return True
        is_self = func.kind == "Name"
        method = self.orders.forward if is_self else func.fields.get("attr")
        holder = func if is_self else func.fields.get("value")
        if not (isinstance(holder, Host) and holder.fields.get("id") == self.self_name and self.self_name):
            return False
        return any(self.orders.same_function(f"{i.key}.{method}")
                   for i in self.orders.classes.ancestors(self.owner or "") if method in i.methods)

    def _function(self, dotted: str) -> bool:
        """True for functions of the program that make tensors in the source's order of such tensors."""
        key = resolve(self.orders.context.program, self.module, dotted) or ""
        return self.orders.same_function(key) or self.orders.gives.get(key, False)

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
