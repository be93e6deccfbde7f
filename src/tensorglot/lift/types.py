"""What values hold: by what examples saw, by annotations, and by uses that only tensors have.

A type is ``tensor``, ``tensors`` (a list or tuple of such), ``shape``, ``module``, ``layer:OP``, ``parameter``, …, or
``items:tensor,,tensor``: a tuple by its items, of which some are no tensors, or not known.
"""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..catalog.known import Known, recorded
from ..parts import Part
from ..pivot.nodes import Canonical, Host, Idiom, LayerCall, Node, Op, Parameter
from .constructs import HOST_METHODS
from .host import first_parameter_of
from .scope import Scope, parameters, targets

#: Types of `Scope.types` that an annotation of the framework gives.
_TYPES = frozenset({"tensor", "module", "device", "dtype", "shape"})
#: Kinds of arguments that tell overloads apart; None is what code that no example ran may test for.
_GIVEN = frozenset({"number", "sequence", "device", "dtype"})
#: Families of layers whose calls may give more than one tensor.
_SEVERAL_RESULTS = frozenset({"recurrent", "attention"})
#: Families of functions whose second operand is a tensor as well.
_OF_TWO_TENSORS = frozenset({"loss", "linalg"})
#: Types of what holds modules.
_OF_MODULES = frozenset({"layer:sequential", "layer:module_list", "layer:module_dict"})
#: Expressions whose value is not known, but may be a tensor.
_UNKNOWN = ("Call", "Subscript", "Attribute", "IfExp", "BinOp", "Name")
#: Annotations by their last name: of one value or None, and of several values of a kind.
_OPTIONAL = frozenset({"Optional"})
_SEVERAL = frozenset({"list", "List", "tuple", "Tuple", "Sequence", "Iterable"})


class Types(Part):
    """Part of `Lifter`: what values hold."""

    def type_of(self, node: Node) -> str | None:
        """What a lifted expression evaluates to, as far as it is known."""
        if isinstance(node, Op):
            held = self.object_type(node)
            if held is not None:
                return str(held)
            rule = registry.entry("function", node.op).rule.split()[0]
            return {"shape": "shape", "size": None, "host": None, "split": "tensors", "unbind": "tensors"}.get(
                rule, "tensor")
        if isinstance(node, Canonical) and not isinstance(node, LayerCall):
            wrapped = wrapped_layer(node)
            return f"layer:{node.op}" if wrapped is node else self.type_of(wrapped)
        if isinstance(node, LayerCall):
            return None if registry.entry("layer", node.op).family in _SEVERAL_RESULTS else "tensor"
        if isinstance(node, Parameter):
            return "parameter"
        if isinstance(node, Idiom) and node.name in ("bare_module", "input"):
            return "module" if node.name == "bare_module" else "tensor"
        return self.host_type(node) if isinstance(node, Host) else None

    def host_type(self, node: Host) -> str | None:
        """What host code evaluates to: by evidence, else by the types of its parts."""
        f = node.fields
        events = self.evidence.events(self.module, node.site)
        if any(isinstance(e.data.get("o"), dict) and "t" in e.data["o"] for e in events):
            return "tensor"
        held = next(filter(None, (self.object_type(e.data.get("o")) for e in events)), None)
        if held is not None:
            return str(held)
        if node.kind == "Name":
            return next((s.types[f["id"]] for s in reversed(self.scopes) if f["id"] in s.types), None)
        if node.kind == "BinOp":
            sides = {self.type_of(f["left"]), self.type_of(f["right"])}
            return "tensor" if sides & {"tensor", "parameter"} else None
        if node.kind == "IfExp":
            return self.type_of(f["body"]) or self.type_of(f["orelse"])
        if node.kind == "Subscript":
            return item_type(self.type_of(f["value"]), f["slice"])
        if node.kind == "ListComp" and self.type_of(f["elt"]) == "tensor":
            return "tensors"
        if node.kind == "Attribute" and f["attr"] in ("saved_tensors", "saved_variables") and self.has_own_gradient():
            return "tensors"
        if node.kind == "Attribute" and f["attr"] in ("weight", "bias") and isinstance(f["value"], Host) and \
                f["value"].kind == "Name" and (self.type_of(f["value"]) or "").partition(":")[0] in ("layer", "module"):
            return "parameter"
        if node.kind == "Attribute" and self.is_self(f["value"]) and self.owner:
            held = self.classes.attribute(self.owner, f["attr"])
            return None if held is None else str(held)
        return self.call_type(node) if node.kind == "Call" else None

    def call_type(self, node: Host) -> str | None:
        """What a call gives: an instance, or what the function was seen to return, or says that it does."""
        func = node.fields["func"]
        if first_parameter_of(node) is not None:
            return "parameter"
        dotted = self.origin(func)
        info = self.classes.get(dotted)
        if info is not None:
            return "module" if info.role else None
        if isinstance(func, Host) and func.kind == "Attribute" and func.fields["attr"] in self.dialect.CHAINED and \
                is_module_type(self.type_of(func.fields["value"])):
            return self.type_of(func.fields["value"])
        method = self.dialect.FORWARD if self.is_self(func) and not self.function.of_class else func.fields.get("attr") \
            if isinstance(func, Host) and func.kind == "Attribute" and self.is_self(func.fields["value"]) else None
        if method is not None and self.owner is not None:
            called = [f"{i.key}.{method}" for i in self.classes.ancestors(self.owner)]
        else:
            called = [dotted] if dotted else []
        for key in called:
            sort = recorded_type(self.evidence.returned.get(key)) or self.returns.get(key)
            if sort is not None:
                return str(sort)
        sort = self.type_of(func) if isinstance(func, Host) else None
        if sort is not None and is_module_type(sort):
            seen = [e.data["o"] for e in self.evidence.events(self.module, node.site) if "o" in e.data]
            if seen:
                return "tensors" if all(map(tensors_only, seen)) else None
            entry = registry.REGISTRY.get(("layer", sort[6:]))
            return None if entry is not None and entry.family in _SEVERAL_RESULTS else "tensor"
        return None

    def visit_Return(self, node: Host) -> Host:
        """`return v`: what the function gives."""
        value = self.visit(node.fields["value"])
        sort = self.type_of(value) if value is not None else None
        if sort is None and isinstance(value, Host) and value.kind in ("Tuple", "List"):
            sort = several([self.type_of(item) for item in value.fields["elts"]])
        self.scope.returns.append(sort)
        return Host("Return", {"value": value}, node.role, site=node.site, span=node.span)

    def note_returned(self, scope: Scope, annotation: Any) -> None:
        """Keeps what a function gives that no example ran, for code that comes later and calls it."""
        sorts = set(scope.returns)
        sort = sorts.pop() if len(sorts) == 1 else None
        sort = sort or self.declared(annotation)
        if sort is not None:
            self.returns[f"{self.module}:{scope.name}"] = sort

    def assigned(self, target: Node, value: Node) -> None:
        """Records what an assignment tells about a name or attribute."""
        if not isinstance(target, Host):
            return
        sort = self.type_of(value)
        if sort is None and target.kind == "Name" and isinstance(value, Host) and value.kind in ("Tuple", "List"):
            sort = "sequence"
        if target.kind == "Name":
            self.function.tensors.discard(target.fields["id"])
            self.function.factories.pop(target.fields["id"], None)
            if self.is_factory(value):
                self.function.factories[target.fields["id"]] = value
            self.holds(target.fields["id"], sort, value)
        elif target.kind in ("Tuple", "List"):
            elements = target.fields["elts"]
            if isinstance(value, Host) and value.kind in ("Tuple", "List") and len(value.fields["elts"]) == len(elements):
                sorts = [self.type_of(item) for item in value.fields["elts"]]
            elif sort is not None and sort.startswith("items:") and sort.count(",") == len(elements) - 1:
                sorts = [item or None for item in sort[6:].split(",")]
            else:
                sorts = ["tensor" if sort in ("tensors", "tensor") else None] * len(elements)
            for element, held in zip(elements, sorts, strict=True):
                if isinstance(element, Host) and element.kind == "Name":
                    self.holds(element.fields["id"], held, value)
        elif target.kind == "Attribute" and self.is_self(target.fields["value"]) and self.owner in self.classes.table:
            if sort:
                self.classes.table[self.owner].attributes.setdefault(target.fields["attr"], sort)

    def holds(self, name: str, sort: str | None, value: Node) -> None:
        """A name is bound to a value of a type; where that is not known, uses of the name may tell."""
        if sort is None and name in self.function.operands and isinstance(value, Host) and value.kind in _UNKNOWN:
            sort = "tensor"
        if sort is not None:
            self.function.types[name] = sort
        else:
            self.function.types.pop(name, None)

    def declared(self, annotation: Any) -> str | None:
        """The type that an annotation gives (see `Scope.types`): `Tensor`, `Optional[Tensor]`, `list[Tensor]`."""
        if not isinstance(annotation, Host):
            return None
        origin = self.origin(annotation) or ""
        held = self.object_type(origin)
        if held is not None:
            return str(held)
        sort = self.dialect.TYPES.get(origin)
        if sort in _TYPES:
            return str(sort)
        if annotation.kind == "BinOp" and annotation.fields["op"] == "BitOr":
            sides = [annotation.fields["left"], annotation.fields["right"]]
            rest = [s for s in sides if not (isinstance(s, Host) and s.kind == "Constant")]
            return self.declared(rest[0]) if len(rest) == 1 else None
        if annotation.kind != "Subscript":
            return None
        name = annotation.fields["value"].fields.get("attr") or annotation.fields["value"].fields.get("id")
        inner = annotation.fields["slice"]
        if name in _OPTIONAL:
            return self.declared(inner)
        parts = inner.fields["elts"] if isinstance(inner, Host) and inner.kind == "Tuple" else [inner]
        kinds = {self.declared(p) for p in parts if not (isinstance(p, Host) and p.kind == "Constant")}
        return "tensors" if name in _SEVERAL and kinds == {"tensor"} else None

    def item_types(self, target: Node, items: Node) -> dict[str, str]:
        """What the names of a loop hold, from what is gone through: a list of tensors, `zip` and `enumerate` of such."""
        if not isinstance(target, Host):
            return {}
        if target.kind == "Name":
            held = item_type(self.type_of(items))
            return {target.fields["id"]: held} if held is not None else {}
        func = items.fields["func"] if isinstance(items, Host) and items.kind == "Call" else None
        name = func.fields["id"] if isinstance(func, Host) and func.kind == "Name" else None
        if target.kind not in ("Tuple", "List") or name not in ("zip", "enumerate") or not isinstance(items, Host):
            return {}
        parts = target.fields["elts"] if name == "zip" else target.fields["elts"][1:]
        return {k: v for part, items in zip(parts, items.fields["args"], strict=False)
                for k, v in self.item_types(part, items).items()}

    def parameter_types(self, node: Host, scope: Scope, role: str | None) -> None:
        """What is known of the parameters: by evidence, else by annotation, else by the method's role."""
        entered = self.evidence.entered.get(f"{self.module}:{scope.name}", [])
        defaults = len(node.fields["args"].fields["defaults"])
        required = len(parameters(node)) - defaults
        rebound = {name for inner in node.walk() if isinstance(inner, Host) for name in targets(inner)}
        for position, p in enumerate(parameters(node)):
            name = p.fields["arg"]
            annotation = p.fields.get("annotation")
            given = [e.data["args"].get(name) for e in entered]
            kinds = {recorded(value).kind for value in given}
            if len(kinds) == 1 and kinds <= _GIVEN and name not in rebound:
                scope.given[name] = Known(kinds.pop())
            held = next(filter(None, map(self.object_type, given)), None)
            if held is not None:
                scope.types[name] = held
            elif any(isinstance(value, dict) and "t" in value for value in given):
                scope.types[name] = "tensor"
            elif entered:
                if all(map(tensors_only, given)):
                    scope.types[name] = "tensors"
                elif scope.given.get(name, Known()).kind in ("device", "dtype"):
                    scope.types[name] = str(scope.given[name].kind)
            elif position and node.fields["name"] == "backward" and self.has_own_gradient():
                scope.types[name] = "tensor"  # the gradients of the outputs
            elif annotation is not None:
                sort = self.declared(annotation)
                if sort is not None:
                    scope.types[name] = sort
                if self.dialect.TYPES.get(self.origin(annotation) or "") == "tensor":
                    scope.tensors.add(name)
            elif role == "forward" and 0 < position < required and name not in self.dialect.FLAGS:
                scope.types[name] = "tensor"
        if not entered:
            scope.operands = self.tensor_uses(node, scope)
            for name in scope.operands & {p.fields["arg"] for p in parameters(node)}:
                scope.types.setdefault(name, "tensor")

    def tensor_uses(self, node: Host, scope: Scope) -> set[str]:
        """Local names that the body hands to a framework function or to a layer of the same object as an operand, and
        does not make a tensor of first."""
        found: set[str] = set()
        converted: set[str] = set()
        self.scopes.append(scope)
        for inner in node.walk():
            if not isinstance(inner, Host) or inner.kind != "Call" or not inner.fields["args"]:
                continue
            for operand in self.operands(inner):
                items = operand.fields["elts"] if isinstance(operand, Host) and operand.kind in ("Tuple", "List") else \
                    [operand]
                found |= {i.fields["id"] for i in items if isinstance(i, Host) and i.kind == "Name"}
                found |= self.receivers(operand)
            if self.makes_tensor(inner.fields["func"]):
                converted |= {n.fields["id"] for n in inner.fields["args"] if isinstance(n, Host) and n.kind == "Name"}
        self.scopes.pop()
        return (found - converted - {scope.self_name}) & scope.bound

    def has_own_gradient(self) -> bool:
        """True in a class that defines an operation and its gradient."""
        return any(self.dialect.TYPES.get(self.dialect.public(base)) == "function"
                   for info in self.classes.ancestors(self.owner or "") for base in info.bases)

    def receivers(self, operand: Node) -> set[str]:
        """Names in the arithmetic of a tensor operand that methods of tensors, and of no number, are called on."""
        found: set[str] = set()
        for node in operand.walk():
            if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
                    node.fields["func"].kind == "Attribute":
                value, method = node.fields["func"].fields["value"], node.fields["func"].fields["attr"]
                while isinstance(value, Host) and value.kind == "Subscript":  # what has tensors as items, or is one
                    value = value.fields["value"]
                if isinstance(value, Host) and value.kind == "Name" and method not in HOST_METHODS and \
                        registry.lookup(self.dialect.PREFIX, f"Tensor.{method}"):
                    found.add(value.fields["id"])
        return found

    def operands(self, call: Host) -> list[Node]:
        """The arguments of a call that are certainly tensors, or lists of such."""
        func, args = call.fields["func"], call.fields["args"]
        dotted = self.origin(func)
        if self.in_framework(dotted):
            entries = registry.lookup(self.dialect.PREFIX, self.dialect.canonical(dotted))
            if not entries or entries[0].kind != "function" or \
                    entries[0].rule.split()[0] in ("host", "create", "any", "size", "shape") and \
                    entries[0].family not in _OF_TWO_TENSORS:
                return []
            return list(args[:2 if entries[0].family in _OF_TWO_TENSORS else 1])
        if isinstance(func, Host) and func.kind == "Attribute" and self.is_self(func.fields["value"]) and self.owner:
            sort = self.classes.attribute(self.owner, func.fields["attr"]) or ""
            return list(args[:1]) if sort.startswith("layer:") or sort == "module" else []
        return []

    def makes_tensor(self, func: Node) -> bool:
        """True for functions that make tensors of other values."""
        dotted = self.origin(func)
        entries = registry.lookup(self.dialect.PREFIX, self.dialect.canonical(dotted)) if self.in_framework(dotted) else []
        return bool(entries) and entries[0].rule.split()[0] == "create"


def is_module_type(sort: str | None) -> bool:
    """True for the types of modules and layers."""
    return sort is not None and (sort == "module" or sort.startswith("layer:"))


def several(sorts: list[str | None]) -> str | None:
    """The type of a tuple by the types of its items."""
    if sorts and set(sorts) == {"tensor"}:
        return "tensors"
    known = [sort if sort in ("tensor", "module") else "" for sort in sorts]
    return f"items:{','.join(known)}" if any(known) else None


def item_type(sort: str | None, index: Node | None = None) -> str | None:
    """The type of an item (with an index: of the one at that place) of what has a type."""
    if sort == "tensors":
        return "tensor"
    if sort in _OF_MODULES:
        return None if isinstance(index, Host) and index.kind == "Slice" else "module"
    place = index.fields["value"] if isinstance(index, Host) and index.kind == "Constant" else None
    if sort is None or not sort.startswith("items:") or not isinstance(place, int):
        return None
    items = sort[6:].split(",")
    return items[place] or None if -len(items) <= place < len(items) else None


def recorded_type(value: Any) -> str | None:
    """The type of a recorded value that is, or has items that are, tensors."""
    if not isinstance(value, dict):
        return None
    if "t" in value:
        return "tensor"
    items = value.get("tu") or value.get("l") or ()
    return several(["tensor" if isinstance(i, dict) and "t" in i else None for i in items])


def tensors_only(value: Any) -> bool:
    """True for a recorded list or tuple that holds tensors only."""
    items = (value.get("l") or value.get("tu") or ()) if isinstance(value, dict) else ()
    return bool(items) and all(isinstance(i, dict) and "t" in i for i in items)
