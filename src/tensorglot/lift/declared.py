"""What code itself says of values: annotations, and uses that only tensors have."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.known import Known, recorded
from ..parts import Part
from ..pivot.nodes import Host, Node
from .constructs import HOST_METHODS
from .scope import Scope, parameters, targets

#: Types of `Scope.types` that an annotation of the framework gives.
_TYPES = frozenset({"tensor", "module", "device", "dtype", "shape"})
#: Kinds of arguments that tell overloads apart; None is what code that no example ran may test for.
_GIVEN = frozenset({"number", "sequence", "device", "dtype"})
#: Annotations by their last name: of one value or None, and of several values of a kind.
_OPTIONAL = frozenset({"Optional"})
_SEVERAL = frozenset({"list", "List", "tuple", "Tuple", "Sequence", "Iterable"})


class Declared(Part):
    """Part of `Lifter`."""

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
            return {target.fields["id"]: "tensor"} if self.type_of(items) == "tensors" else {}
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
            for name in self.tensor_uses(node, scope):
                scope.types.setdefault(name, "tensor")

    def tensor_uses(self, node: Host, scope: Scope) -> set[str]:
        """Parameters that the body hands to a framework function or to a layer of the same object as an operand."""
        names = {p.fields["arg"] for p in parameters(node)} - {scope.self_name}
        found: set[str] = set()
        self.scopes.append(scope)
        for inner in node.walk():
            if isinstance(inner, Host) and inner.kind == "Call" and inner.fields["args"]:
                func, first = inner.fields["func"], inner.fields["args"][0]
                if self.takes_tensor(func):
                    operands = first.fields["elts"] if isinstance(first, Host) and first.kind in ("Tuple", "List") \
                        else [first]
                    found |= {o.fields["id"] for o in operands if isinstance(o, Host) and o.kind == "Name"}
                    found |= self.receivers(first)
        self.scopes.pop()
        return found & names

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

    def takes_tensor(self, func: Node) -> bool:
        """True where the first argument of a callee is certainly a tensor."""
        dotted = self.origin(func)
        if self.in_framework(dotted):
            entries = registry.lookup(self.dialect.PREFIX, self.dialect.canonical(dotted))
            return bool(entries) and entries[0].kind == "function" and \
                entries[0].rule.split()[0] not in ("host", "create", "any", "size", "shape")
        if isinstance(func, Host) and func.kind == "Attribute" and self.is_self(func.fields["value"]) and self.owner:
            sort = self.classes.attribute(self.owner, func.fields["attr"]) or ""
            return sort.startswith("layer:") or sort == "module"
        return False


def tensors_only(value: Any) -> bool:
    """True for a recorded list or tuple that holds tensors only."""
    items = (value.get("l") or value.get("tu") or ()) if isinstance(value, dict) else ()
    return bool(items) and all(isinstance(i, dict) and "t" in i for i in items)
