"""Objects of the framework that hold tensors: constructors and methods are entries of the catalog (`instances`)."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..catalog.known import Known
from ..parts import Part
from ..pivot.nodes import Host, Node, Op
from .evidence import Event

#: Type of an expression that holds such an object (`Scope.types`), followed by its dotted class.
_TYPE = "object:"


def held_class(value: Any) -> str | None:
    """The dotted class of a recorded object that holds tensors."""
    return value["obj"] if isinstance(value, dict) and "obj" in value else None


class Objects(Part):
    """Part of `Lifter`."""

    def object_type(self, value: Any) -> str | None:
        """The type of what a recorded value, a constructor op or a class's dotted name stands for, if it is an object of
        the framework's class itself."""
        if isinstance(value, Op):
            entry = registry.entry("function", value.op)
            return _TYPE + entry.sources(self.dialect.PREFIX)[0].callee if entry.instances else None
        cls = value if isinstance(value, str) else held_class(value)
        if cls is None or isinstance(value, dict) and "own" in value:
            return None
        callee = self.dialect.canonical(self.dialect.public(cls))
        return _TYPE + callee if self.instances_of(callee) else None

    def instances_of(self, callee: str) -> list[registry.Entry]:
        """Entries of a class whose objects hold tensors."""
        return [e for e in registry.lookup(self.dialect.PREFIX, callee) if e.instances]

    def member(self, events: list[Event], sort: str | None, name: str) -> str | None:
        """The catalog's name of `receiver.name`, where examples showed the receiver to be an object, or its type does."""
        for event in events:
            receiver = event.data["x"] if event.data["k"] == "attr" else next(iter(event.data["a"]), None)
            cls = self.dialect.canonical(self.dialect.public(held_class(receiver) or ""))
            if event.data["k"] == "attr" and cls or cls and event.callee == f"{cls}.{name}":
                return f"{cls}.{name}"
        return f"{sort.removeprefix(_TYPE)}.{name}" if sort and sort.startswith(_TYPE) else None

    def described_by(self, value: Node, seen: list[Any]) -> str | None:
        """The framework's class of a value that says what a tensor is like, by the op that gives it or as recorded."""
        if isinstance(value, Op) and value.op in self.dialect.PROPERTIES:
            return str(self.dialect.PROPERTIES[value.op])
        kinds = {v.get("py") or self.dialect.PROPERTIES["dtype"] for v in seen if isinstance(v, dict) and (
            "py" in v or v.get("ref") in self.dialect.DTYPES)}
        return next((cls for cls in self.dialect.PROPERTIES.values() if cls in kinds), None)

    def is_attribute(self, entry: registry.Entry) -> bool:
        """True for members that are read, not called."""
        return entry.sources(self.dialect.PREFIX)[0].attribute

    @staticmethod
    def known_object(sort: str | None) -> Known | None:
        """What a type says that is one of an object."""
        return Known("object", cls=sort.removeprefix(_TYPE)) if sort and sort.startswith(_TYPE) else None

    def object_attribute(self, lifted: Host, callee: str) -> Node:
        """An attribute of an object."""
        entries = registry.lookup(self.dialect.PREFIX, callee)
        if entries and not self.is_attribute(entries[0]):
            return lifted  # a method as a value
        if not entries:
            return self.mark(lifted, "TG010", f"{callee} is not in the catalog",
                             "Replace it by a supported construct, or add an entry (docs/adding-an-op.md).")
        given = ["x"] if "x" in entries[0].sources(self.dialect.PREFIX)[0].uses else []
        return Op(entries[0].name, {"x": lifted.fields["value"]}, given, "attribute", site=lifted.site,
                  span=lifted.span, verbatim=False)
