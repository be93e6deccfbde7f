"""Classes of a program as plain data: where they stand, what they derive from, what their attributes hold."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ClassInfo:
    """One class: `key` is ``pkg.mod:Qual.Name``; `role` its role in the model program, None where it is no module.

    `bases` are keys, or dotted names outside the program; `attributes` say what the class assigns to an attribute
    (`layer:OP`, `module`, `parameter`, `list`, …); `methods` are the names that it defines itself.
    """

    key: str
    module: str
    bases: list[str]
    role: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)


@dataclass
class Classes:
    """All classes of a program by key."""

    table: dict[str, ClassInfo] = field(default_factory=dict)

    def get(self, key: str | None) -> ClassInfo | None:
        """The class of a key, or None."""
        return self.table.get(key or "")

    def ancestors(self, key: str) -> list[ClassInfo]:
        """The class and its base classes in the program, nearest first."""
        out: list[ClassInfo] = []
        queue = [key]
        while queue:
            info = self.table.get(queue.pop(0))
            if info is not None and info not in out:
                out.append(info)
                queue += info.bases
        return out

    def attribute(self, key: str, name: str) -> str | None:
        """What the class or an ancestor assigns to an attribute; None if that is not known."""
        for info in self.ancestors(key):
            if name in info.attributes:
                return info.attributes[name]
        return None
