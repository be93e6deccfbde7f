"""Functions that no example ran, and all places that call them: what they are given follows from the calls.

A function whose every mention in the program is a call is given what these calls give it. It is no matter in which
order the others are looked at: orders are first taken to be the source's, and what a call or a `return` contradicts is
taken back until nothing changes (the largest solution, which examples support where the chain of calls begins).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..pivot.nodes import Host, Idiom, Node, Program, dotted_path

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")


@dataclass
class Called:
    """A function of a module (`pkg.mod:name`), and its calls with the functions around each, outermost first."""

    key: str
    node: Host
    calls: list[tuple[str, list[dict[str, Any]], Host]] = field(default_factory=list)
    #: Mentioned otherwise than by a call, or decorated by what is no construct of the framework.
    escapes: bool = False

    @property
    def frame(self) -> dict[str, Any]:
        """What `Names` must know of the function."""
        return {"name": self.node.fields["name"], "owner": None, "self": None, "node": self.node}

    @property
    def parameters(self) -> list[str]:
        """Names of all parameters."""
        return [p.fields["arg"] for p in [*self._positional(), *self._args["kwonlyargs"],
                                          *filter(None, (self._args.get("vararg"), self._args.get("kwarg")))]]

    @property
    def _args(self) -> dict[str, Any]:
        return dict(self.node.fields["args"].fields)

    def _positional(self) -> list[Host]:
        return [*self._args["posonlyargs"], *self._args["args"]]

    def given(self, call: Host) -> dict[str, list[Node]] | None:
        """The arguments of a call by parameter; None where stars hide which is which."""
        names = [p.fields["arg"] for p in self._positional()]
        rest = self._args["vararg"].fields["arg"] if self._args.get("vararg") else None
        words = self._args["kwarg"].fields["arg"] if self._args.get("kwarg") else None
        out: dict[str, list[Node]] = {}
        for i, value in enumerate(call.fields["args"]):
            name = names[i] if i < len(names) else rest
            if name is None or isinstance(value, Host) and value.kind == "Starred":
                return None
            out.setdefault(name, []).append(value)
        for word in call.fields["keywords"]:
            name = word.fields["arg"] if word.fields["arg"] in self.parameters else words
            if name is None or word.fields["arg"] is None:
                return None
            out.setdefault(name, []).append(word.fields["value"])
        return out

    def results(self) -> list[Node] | None:
        """What the function returns; None for a generator."""
        found = list(_own(self.node.fields["body"]))
        if any(n.kind in ("Yield", "YieldFrom") for n in found):
            return None
        return [n.fields["value"] for n in found if n.kind == "Return" and n.fields.get("value") is not None]


def _own(value: Any) -> Iterator[Host]:
    """Host nodes of a body, without those of functions in it."""
    for node in value:
        if isinstance(node, Host):
            yield node
            if node.kind in (*_FUNCTIONS, "Lambda", "ClassDef"):
                continue
        yield from _own(node.children())


def resolve(program: Program, module: str, dotted: str) -> str | None:
    """`pkg.mod:name` of a function that a dotted name of a module stands for, through imports."""
    for _ in range(8):
        head, _, rest = dotted.partition(".")
        file = program.files.get(module)
        origin = file.imports.get(head) if file is not None else None
        if origin is None:
            return f"{module}:{dotted}" if file is not None and not rest else None
        full = f"{origin}.{rest}" if rest else origin
        module, dotted = full, ""
        while module and module not in program.files:
            module, _, last = module.rpartition(".")
            dotted = f"{last}.{dotted}".strip(".")
        if not module or not dotted:
            return None
    return None


def cold_functions(program: Program, entered: Any) -> dict[str, Called]:
    """Functions at the top of modules that no example entered and that only calls mention."""
    found = {f"{module}:{node.fields['name']}": Called(f"{module}:{node.fields['name']}", node)
             for module, file in program.files.items() for node in _top(file.body)
             if f"{module}:{node.fields['name']}" not in entered}
    for called in found.values():
        called.escapes = not all(isinstance(d, Idiom) for d in called.node.fields["decorator_list"])
    for module, file in program.files.items():
        _Mentions(program, module, found).visit(file.body, [])
    return {key: called for key, called in found.items() if called.calls and not called.escapes}


def _top(body: Node) -> list[Host]:
    return [n for n in body.children() if isinstance(n, Host) and n.kind in _FUNCTIONS]


class _Mentions:
    """Walks a file and notes where functions are mentioned. What can't be told for sure counts as an escape."""

    def __init__(self, program: Program, module: str, found: dict[str, Called]):
        self.program, self.module, self.found = program, module, found
        self.by_name: dict[str, list[Called]] = {}
        for called in found.values():
            self.by_name.setdefault(called.node.fields["name"], []).append(called)
        #: Heads of names that imports within functions bind to modules; whether names come from `import *`.
        self.inner: set[str] = set()
        self.stars = False
        for node in program.files[module].body.walk():
            if isinstance(node, Host) and node.kind in ("Import", "ImportFrom"):
                self._imported(node)

    def _imported(self, node: Host) -> None:
        for alias in node.fields["names"]:
            name, bound = alias.fields["name"], alias.fields.get("asname") or alias.fields["name"].split(".")[0]
            self.stars = self.stars or name == "*"
            if bound not in self.program.files[self.module].imports:  # within a function
                self.inner.add(bound)
                if node.kind == "ImportFrom":
                    self._escape(name)

    def visit(self, node: Node, frames: list[dict[str, Any]], owner: str | None = None, prefix: str = "") -> None:
        """Notes the mentions in a node; `frames` are the functions around it, `owner` the class that it is in."""
        if isinstance(node, Host):
            if node.kind == "ClassDef":
                name = prefix + node.fields["name"]
                for child in node.children():
                    self.visit(child, frames, f"{self.module}:{name}", f"{name}.")
                return
            if node.kind in _FUNCTIONS:
                return self._function(node, frames, owner, prefix)
            if node.kind == "Call" and self._mentioned(node.fields["func"]):
                self._note(node.fields["func"], frames, node)
                for child in [*node.fields["args"], *node.fields["keywords"]]:
                    self.visit(child, frames, None, prefix)
                return
            if node.kind in ("Name", "Attribute") and self._mentioned(node):
                return self._note(node, frames, None)
            if node.kind == "Assign" and "__all__" in map(dotted_path, node.fields["targets"]):
                return
            self._hidden(node)
        for child in node.children():
            self.visit(child, frames, owner, prefix)

    def _function(self, node: Host, frames: list[dict[str, Any]], owner: str | None, prefix: str) -> None:
        args = node.fields["args"].fields
        positional = [*args["posonlyargs"], *args["args"]]
        receiver = positional[0].fields["arg"] if owner and positional else frames[-1]["self"] if frames else None
        frame = {"name": prefix + node.fields["name"], "owner": owner or (frames[-1]["owner"] if frames else None),
                 "self": receiver, "node": node}
        body = {id(statement) for statement in node.fields["body"]}
        for child in node.children():
            self.visit(child, [*frames, frame] if id(child) in body else frames, None, f"{frame['name']}.<locals>.")

    def _mentioned(self, node: Any) -> Called | None:
        dotted = dotted_path(node) if isinstance(node, Host) and node.kind in ("Name", "Attribute") else None
        key = resolve(self.program, self.module, dotted) if dotted else None
        return self.found.get(key or "")

    def _note(self, node: Node, frames: list[dict[str, Any]], call: Host | None) -> None:
        called = self._mentioned(node)
        assert called is not None
        if call is None or not frames:
            called.escapes = True
        else:
            called.calls.append((self.module, frames, call))

    def _hidden(self, node: Host) -> None:
        """Mentions by text, by a name from `import *`, through a module that a function imports."""
        if node.kind == "Constant" and isinstance(node.fields["value"], str):
            self._escape(node.fields["value"])
        elif node.kind == "Name" and self.stars:
            self._escape(node.fields["id"])
        elif node.kind == "Attribute" and (dotted_path(node) or "").partition(".")[0] in self.inner:
            self._escape(node.fields["attr"])

    def _escape(self, name: str) -> None:
        for called in self.by_name.get(name, ()):
            called.escapes = True
