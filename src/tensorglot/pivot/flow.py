"""Dataflow of one forward method: which step feeds which, read off the pivot for drawing.

Both branches of a condition are followed and a loop's body once; a variable may then come from several steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tensorglot.pivot import nodes
from tensorglot.pivot.nodes import Host, Node

Env = dict[str, frozenset[int]]


@dataclass
class Step:
    """One box: its label, its sort (``input``, ``op``, ``layer``, ``module``, ``marked``, ``output``) and producers."""

    label: str
    sort: str
    inputs: frozenset[int] = frozenset()


@dataclass
class Flow:
    """The steps of a method in the order of the text."""

    steps: list[Step] = field(default_factory=list)


def dataflow(function: Host) -> Flow:
    """The flow of a function definition: its arguments without `self`, what they feed, what is returned."""
    tracer = _Tracer()
    env: Env = {}
    arguments = function.fields["args"].fields
    names = [a for key in ("posonlyargs", "args", "kwonlyargs") for a in arguments.get(key, [])]
    names += [a for a in (arguments.get("vararg"), arguments.get("kwarg")) if a is not None]
    for argument in names:
        if argument.fields["arg"] != "self":
            env[argument.fields["arg"]] = tracer.step(argument.fields["arg"], "input", frozenset())
    tracer.block(function.fields["body"], env)
    used = {number for step in tracer.flow.steps for number in step.inputs}
    return _without(tracer.flow, {n for n, s in enumerate(tracer.flow.steps) if s.sort == "input" and n not in used})


def short(value: Any, limit: int = 32) -> str:
    """A value as one short line."""
    from tensorglot.pivot.text import render_node

    text = " ".join(render_node(value).split()) if isinstance(value, Node) else repr(value)
    return text if len(text) <= limit else text[:limit - 1] + "…"


def _without(flow: Flow, dropped: set[int]) -> Flow:
    kept = [number for number in range(len(flow.steps)) if number not in dropped]
    new = {old: number for number, old in enumerate(kept)}
    return Flow([Step(s.label, s.sort, frozenset(new[i] for i in s.inputs)) for s in (flow.steps[n] for n in kept)])


class _Tracer:
    def __init__(self) -> None:
        self.flow = Flow()

    def step(self, label: str, sort: str, inputs: frozenset[int]) -> frozenset[int]:
        self.flow.steps.append(Step(label, sort, inputs))
        return frozenset({len(self.flow.steps) - 1})

    def block(self, statements: list[Any], env: Env) -> None:
        for statement in statements:
            self.statement(statement, env)

    def statement(self, node: Any, env: Env) -> None:
        if isinstance(node, nodes.Block):
            self.block(node.body, env)
            return
        kind = node.kind if isinstance(node, Host) else ""
        fields = node.fields if isinstance(node, Host) else {}
        if kind in ("Assign", "AnnAssign", "AugAssign"):
            self.assign(kind, fields, env)
        elif kind == "Return":
            found = self.value(fields.get("value"), env)
            if found:
                self.step("return", "output", found)
        elif kind in ("If", "While"):
            self.value(fields["test"], env)
            self.branches(fields["body"], fields.get("orelse", []), env)
        elif kind in ("For", "AsyncFor"):
            self.bind(fields["target"], self.value(fields["iter"], env), env)
            self.branches(fields["body"], fields.get("orelse", []), env)
        elif kind in ("With", "Try"):
            for name in ("body", "handlers", "orelse", "finalbody"):
                self.block([s for item in fields.get(name, []) for s in item.fields.get("body", [item])]
                           if name == "handlers" else fields.get(name, []), env)
        elif kind not in ("FunctionDef", "ClassDef"):
            self.effect(node, env)

    def effect(self, node: Any, env: Env) -> None:
        """An expression statement; a method such as `xs.append(x)` also feeds the variable that it is called on."""
        found = self.value(node, env)
        call = node.fields.get("value") if isinstance(node, Host) else None
        func = call.fields["func"] if isinstance(call, Host) and call.kind == "Call" else None
        if isinstance(func, Host) and func.kind == "Attribute":
            owner = func.fields["value"]
            if isinstance(owner, Host) and owner.kind == "Name" and owner.fields["id"] in env:
                env[owner.fields["id"]] |= found

    def assign(self, kind: str, fields: dict[str, Any], env: Env) -> None:
        found = self.value(fields.get("value"), env)
        if kind == "AugAssign":
            old = self.value(fields["target"], env)
            label = str(fields["op"]).lower() if isinstance(fields["op"], str) else "update"
            found = self.step(label, "op", found | old) if found | old else found
            self.bind(fields["target"], found, env)
            return
        for target in fields["targets"] if kind == "Assign" else [fields["target"]]:
            self.bind(target, found, env)

    def branches(self, first: list[Any], second: list[Any], env: Env) -> None:
        one, two = dict(env), dict(env)
        self.block(first, one)
        self.block(second, two)
        for name in {**one, **two}:
            env[name] = one.get(name, frozenset()) | two.get(name, frozenset())

    def bind(self, target: Any, found: frozenset[int], env: Env) -> None:
        if not isinstance(target, Host):
            return
        if target.kind == "Name":
            env[target.fields["id"]] = found
        elif target.kind in ("Tuple", "List"):
            for item in target.fields["elts"]:
                self.bind(item, found, env)
        elif target.kind == "Starred":
            self.bind(target.fields["value"], found, env)
        elif target.kind == "Subscript" and isinstance(target.fields["value"], Host) \
                and target.fields["value"].kind == "Name":
            name = target.fields["value"].fields["id"]
            env[name] = env.get(name, frozenset()) | found

    def value(self, node: Any, env: Env) -> frozenset[int]:
        """The steps that an expression's value comes from; adds the steps that it holds."""
        if not isinstance(node, Node):
            return frozenset()
        if isinstance(node, Host) and node.kind == "Name":
            return env.get(node.fields["id"], frozenset())
        if isinstance(node, Host) and node.kind in ("ListComp", "SetComp", "GeneratorExp", "DictComp"):
            return self.comprehension(node, env)
        inputs: frozenset[int] = frozenset().union(*(self.value(child, env) for child in node.children()))
        label, sort = _describe(node)
        if sort and (inputs or sort != "op"):
            return self.step(label, sort, inputs)
        return inputs

    def comprehension(self, node: Host, env: Env) -> frozenset[int]:
        inner = dict(env)
        for generator in node.fields["generators"]:
            self.bind(generator.fields["target"], self.value(generator.fields["iter"], inner), inner)
        parts = [node.fields[name] for name in ("elt", "key", "value") if name in node.fields]
        return frozenset().union(*(self.value(part, inner) for part in parts))


def _describe(node: Node) -> tuple[str, str]:
    """Label and sort of the step that a node is; an empty sort for one that only passes values on."""
    match node:
        case nodes.LayerCall():
            return f"{short(node.callee)}: {node.op}", "layer"
        case nodes.Op():
            return node.op, "op"
        case nodes.Marked():
            return f"{node.code}: {short(node.original)}", "marked"
        case Host(kind="Call"):
            func = node.fields["func"]
            if isinstance(func, Host) and func.kind == "Attribute" and _root(func) == "self":
                return f"{short(func)}()", "module"
            if isinstance(func, Host) and func.kind == "Subscript" and _root(func) == "self":
                return f"{short(func)}()", "module"
    return "", ""


def _root(node: Any) -> str:
    while isinstance(node, Host) and node.kind in ("Attribute", "Subscript", "Call"):
        node = node.fields["func" if node.kind == "Call" else "value"]
    return str(node.fields["id"]) if isinstance(node, Host) and node.kind == "Name" else ""
