"""The config of classes that are saved as a whole.

A saved model holds the configs of its root and, where that is a chain of the framework, of the layers in the chain;
all that a constructor makes is made again by it. Only those classes get a config: plain values a `get_config`, other
arguments the decorator `saved`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from ..lift.scope import targets as bound_by
from ..pivot.nodes import Block, Host, Node, Ref, from_ast, is_literal, literal

#: Words of annotations of values that JSON keeps.
_PLAIN_WORDS = frozenset({"int", "float", "bool", "str", "None", "Optional", "Union", "List", "list", "Sequence", "Any",
                          "Literal", "typing", "Iterable", "t"})


@dataclass
class Parameter:
    """One parameter of a constructor. `star`: ``*`` or ``**`` of variadic ones."""

    name: str
    default: Any
    annotation: Any
    star: str = ""


def exposed(context: Any) -> set[str]:
    """Classes whose config a saved model holds."""
    found = set(context.models)
    for run in context.evidence.runs:
        for event in run[:1]:
            modules = {m["path"]: m["class"] for m in event.modules.values() if m.get("path") is not None}
            for path, name in modules.items():
                parts = path.split(".") if path else []
                above = [modules.get(".".join(parts[:i]), ":") for i in range(len(parts))]
                if ":" in name and not any(":" in a for a in above):
                    found.add(name)
    return {k for k in found if context.role_of(k) in ("module", "sequential")}


def copied(context: Any) -> set[str]:
    """Classes of modules that an example copied, and of the modules inside them: the target copies by config."""
    found: set[str] = set()
    for event in (e for run in context.evidence.runs for e in run
                  if e.data["k"] == "call" and e.callee == "copy.deepcopy"):
        for value in (*event.data["a"][:1], event.data.get("o")):
            made = event.modules.get(value.get("m")) if isinstance(value, dict) else None
            if made is not None:
                path = made.get("path")
                found |= {made["class"]} | {m["class"] for m in event.modules.values() if path is not None and
                                            (m.get("path") or "").startswith(f"{path}.")}
    return {name for name in found if ":" in name and context.role_of(name) in ("module", "sequential")}


def add_config(context: Any, lowerer: Any, node: Host, key: str, body: list[Node]) -> list[Node]:
    """The lowered statements of a class with what its config needs."""
    init = next((i for i, s in enumerate(node.fields["body"]) if isinstance(s, Host) and s.role == "init"), None)
    if init is None or key not in context.exposed | context.copied:
        return body
    original = node.fields["body"][init]
    maker = _Config(context, lowerer, key, original)
    made = _build_method(context, lowerer, node, key) if key in context.exposed else []
    if not maker.plain_values:
        context.saved.add(key)
        return [*body, *made]
    if maker.place is None:
        lowerer.report(original, "TG013", "the constructor's arguments cannot be told for saving",
                       "Call super().__init__() in the body of the constructor.", "warning")
        return body
    return [*body[:init], maker.stored(body[init]), *body[init + 1:], *made, *maker.statements()]


def _build_method(context: Any, lowerer: Any, node: Host, key: str) -> list[Node]:
    """`build` of a model with several inputs: the target keeps and restores the shape of the first only.

    A model that makes numbers of its tensors' values can't be built without values: its first call builds it.
    """
    forward = next((s for s in node.fields["body"] if isinstance(s, Host) and s.role == "forward"), None)
    entered = context.evidence.entered.get(f"{key}.{context.source_dialect.FORWARD}", [])
    if forward is None or not entered or context.role_of(key) != "module":
        return []
    names = [p.name for p in _parameters(forward)[1] if p.default is None and not p.star]
    if any(context.dialect.is_mask(name) for name in names):  # whose shape the target does not hand to `build`
        return []
    dtypes: dict[str, str] = {}
    for name in names:
        values = [e.data["args"].get(name) for e in entered]
        if not all(isinstance(v, dict) and "t" in v for v in values):
            return []
        dtypes[name] = entered[0].tensors[values[0]["t"]]["dtype"]
    if len(names) < 2 or context.reads_values:
        return []
    tensor = lowerer.target.use(lowerer.dialect.SYMBOLIC)
    tensors = [f"{tensor}(batch_shape={n}_shape" + ("" if dtypes[n].startswith("float") else f', dtype="{dtypes[n]}"') + ")"
               for n in names]
    head = f"def build(self, {', '.join(n + '_shape' for n in names)}):\n"
    return [_statement(f"{head}    self.compute_output_spec({', '.join(tensors)})")]


class _Config:
    """Makes the config of one class; `init` is its constructor in the pivot."""

    def __init__(self, context: Any, lowerer: Any, key: str, init: Host):
        self.context, self.lowerer, self.key, self.init = context, lowerer, key, init
        self.self_name, self.parameters = _parameters(init)
        self.body: list[Node] = init.fields["body"]
        self.place = next((i for i, s in enumerate(self.body) if _is_super_init(s)), None)
        self.family = context.family.get(key, {key})
        self.kept = self._kept()
        inherited = [a.key for a in context.classes.ancestors(key)[1:] if a.key in context.exposed | context.copied
                     and "__init__" in a.methods]
        self.inherits = bool(inherited)
        alone = not any("__init__" in i.methods for i in map(context.classes.get, self.family - {key}) if i is not None)
        self.direct = alone and all(p.name in self.kept for p in self.parameters)
        self.attribute = context.argument_names.setdefault(min(self.family), self._free("arguments"))
        self.lists = {p.name for p in self.parameters if p.name not in self.kept and self._serves_as_list(p)}
        #: True where JSON keeps all arguments, as they are or as lists, and a base class does not keep them otherwise.
        self.plain_values = all(p.name in self.lists or self.plain(p) for p in self.parameters) and \
            not any(p.star for p in self.parameters) and (not self.inherits or self._ancestors_plain())

    def _kept(self) -> dict[str, str]:
        """Parameter → attribute that holds it, unchanged, for good."""
        written: dict[str, int] = {}
        for key in self.family:
            for node in self.context.nodes[key].walk() if key in self.context.nodes else ():
                for name in _attributes_bound(node):
                    written[name] = written.get(name, 0) + 1
        out: dict[str, str] = {}
        rebound: set[str] = set()
        for statement in self.body:
            target, value = _simple_assignment(statement)
            if target is not None and value is not None and value not in rebound and written.get(target) == 1 and \
                    value not in out:
                out[value] = self.context.renamed(self.key, target)
            rebound |= _names_bound(statement)
        return {p.name: out[p.name] for p in self.parameters if p.name in out and not p.star}

    def _free(self, name: str) -> str:
        taken: set[str] = set()
        for key in self.family:
            taken |= self.context.attributes_of(key)
        while name in taken:
            name += "_"
        return name

    # -- generated code -----------------------------------------------------------------------------------------------

    def stored(self, lowered: Node) -> Node:
        """The constructor, which notes its arguments after the base class's constructor."""
        if self.direct:
            return lowered
        assert self.place is not None and isinstance(lowered, Host)
        before: set[str] = set().union(*(_names_bound(s) for s in self.body[:self.place]), set())
        statements = list(lowered.fields["body"])
        arguments = self._dict(self._value)
        if before & {p.name for p in self.parameters}:
            statements.insert(self.place + 1, _statement(f"{self.self_name}.{self.attribute} = {self.attribute}"))
            start = int(_is_docstring(self.body[0]))
            noted = _statement(f"{self.attribute} = {arguments}")
            statements[start] = Block([noted, statements[start]], span=statements[start].span, verbatim=False)
        else:
            statements.insert(self.place + 1, _statement(f"{self.self_name}.{self.attribute} = {arguments}"))
        return Host(lowered.kind, {**lowered.fields, "body": statements}, lowered.role, site=lowered.site,
                    span=lowered.span, verbatim=lowered.verbatim)

    def _dict(self, value: Any) -> str:
        return "{" + ", ".join(f'"{p.name}": {value(p)}' for p in self.parameters) + "}"

    def _value(self, parameter: Parameter) -> str:
        return f"list({parameter.name})" if parameter.name in self.lists else parameter.name

    def statements(self) -> list[Node]:
        """`get_config` and what else plain values need, where a base class has not the same."""
        is_chain = self.context.role_of(self.key) == "sequential"
        if self.inherits:
            return []
        value = self._dict(lambda p: f"self.{self.kept[p.name]}") if self.direct else f"self.{self.attribute}"
        made: list[Node] = [_statement(f"def get_config(self):\n    return {value}")]
        if is_chain:  # whose own would look for layers
            made.append(_statement("@classmethod\ndef from_config(cls, config):\n    return cls(**config)"))
        return made

    def _ancestors_plain(self) -> bool:
        for info in self.context.classes.ancestors(self.key)[1:]:
            node = self.context.nodes.get(info.key)
            init = next((s for s in node.fields["body"] if isinstance(s, Host) and s.role == "init"), None) if node else None
            if init is not None and not all(self.plain(p, info.key) for p in _parameters(init)[1]):
                return False
        return True

    # -- plain values -------------------------------------------------------------------------------------------------

    def plain(self, parameter: Parameter, key: str | None = None) -> bool:
        """True where all tells that the parameter's values are kept by JSON as they are."""
        seen = self._seen(parameter.name, key or self.key)
        for value in seen:
            self._check(value)
        if not all(_plain_value(v) for v in seen):
            return False
        default = parameter.default
        if isinstance(default, Node) and not (is_literal(default) and _plain_value(literal(default))):
            return False
        told = _words(parameter.annotation)
        if told - _PLAIN_WORDS:
            return False
        certain = bool(told - {"Any", "typing", "Optional", "None"}) or any(v is not None for v in seen) or \
            isinstance(default, Node) and literal(default) is not None
        return certain and not self._called(parameter.name)

    def _serves_as_list(self, parameter: Parameter) -> bool:
        """True for a tuple of plain values of which the constructor asks nothing that a list doesn't do."""
        default = parameter.default
        values = self._seen(parameter.name, self.key)
        if isinstance(default, Node):
            values = [*values, literal(default) if is_literal(default) else None]
        items = [v.get("tu") if isinstance(v, dict) else v for v in values]
        if not items or not all(isinstance(i, (list, tuple)) and all(map(_plain_value, i)) for i in items):
            return False
        fine = {id(part) for node in self.init.walk() for part in _elements_asked(node)}
        return all(id(n) in fine for n in self.init.walk()
                   if isinstance(n, Host) and n.kind == "Name" and n.fields["id"] == parameter.name)

    def _seen(self, name: str, key: str) -> list[Any]:
        entered = self.context.evidence.entered.get(f"{key}.__init__", [])
        return [e.data["args"][name] for e in entered if name in e.data["args"]]

    def _check(self, value: Any) -> None:
        """Warns of values that `serialized` can't keep."""
        name = value.get("py") if isinstance(value, dict) else None
        if name is None or name in ("function", "partial", "functools.partial", "type", "types.SimpleNamespace"):
            return
        for key, node in self.context.nodes.items():
            if key.split(":")[1].split(".")[-1] == name.split(".")[-1].split(":")[-1]:
                shown = [w for d in node.fields["decorator_list"] for w in d.walk()]
                if any(isinstance(w, Host) and "dataclass" in (w.fields.get("id"), w.fields.get("attr")) for w in shown):
                    return
        self.lowerer.report(self.init, "TG013", f"an argument of type {name} cannot be saved with the model",
                            "Save weights (.weights.h5), or make it a dataclass.", "warning")

    def _called(self, name: str) -> bool:
        for node in self.init.walk():
            if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
                    node.fields["func"].fields.get("id") == name:
                return True
        return False


def _statement(text: str) -> Host:
    return from_ast(ast.parse(text).body[0])


def _parameters(init: Host) -> tuple[str, list[Parameter]]:
    """Name of `self`, and the other parameters."""
    args = init.fields["args"].fields
    positional = [*args["posonlyargs"], *args["args"]]
    defaults = [None] * (len(positional) - len(args["defaults"])) + list(args["defaults"])
    out = [Parameter(a.fields["arg"], d, a.fields["annotation"]) for a, d in zip(positional, defaults, strict=True)][1:]
    if args.get("vararg"):
        out.append(Parameter(args["vararg"].fields["arg"], None, None, "*"))
    out += [Parameter(a.fields["arg"], d, a.fields["annotation"])
            for a, d in zip(args["kwonlyargs"], args["kw_defaults"], strict=True)]
    if args.get("kwarg"):
        out.append(Parameter(args["kwarg"].fields["arg"], None, None, "**"))
    return positional[0].fields["arg"] if positional else "self", out


def _is_docstring(statement: Node) -> bool:
    return isinstance(statement, Host) and statement.kind == "Expr" and is_literal(statement.fields["value"])


def _is_super_init(statement: Node) -> bool:
    """`super().__init__(…)` or `Base.__init__(self, …)` as a statement."""
    if not (isinstance(statement, Host) and statement.kind == "Expr"):
        return False
    value = statement.fields["value"]
    return isinstance(value, Host) and value.kind == "Call" and isinstance(value.fields["func"], Host) and \
        value.fields["func"].fields.get("attr") == "__init__"


def _simple_assignment(statement: Node) -> tuple[str | None, str | None]:
    """(`x`, `y`) of `self.x = y`."""
    if isinstance(statement, Host) and statement.kind in ("Assign", "AnnAssign"):
        targets = statement.fields["targets"] if statement.kind == "Assign" else [statement.fields["target"]]
        value = statement.fields["value"]
        if len(targets) == 1 and isinstance(value, Host) and value.kind == "Name":
            names = _attributes_bound(statement)
            if len(names) == 1:
                return names[0], value.fields["id"]
    return None, None


def _attributes_bound(node: Node) -> list[str]:
    """Attributes of `self` that a statement assigns (that statement alone, not those inside it)."""
    if not (isinstance(node, Host) and node.kind in ("Assign", "AnnAssign", "AugAssign", "For", "Delete", "NamedExpr")):
        return []
    targets = node.fields["targets"] if node.kind in ("Assign", "Delete") else [node.fields["target"]]
    return [t.fields["attr"] for target in targets for t in target.walk()
            if isinstance(t, Host) and t.kind == "Attribute" and isinstance(t.fields["value"], Host)
            and t.fields["value"].fields.get("id") == "self"]


def _elements_asked(node: Node) -> list[Any]:
    """Parts of a node of which only the elements and their number matter."""
    if not isinstance(node, Host):
        return []
    if node.kind == "Subscript" and not (isinstance(node.fields["slice"], Host) and node.fields["slice"].kind == "Slice"):
        return [node.fields["value"]]
    if node.kind in ("For", "comprehension"):
        return [node.fields["iter"]]
    if node.kind == "Call" and isinstance(node.fields["func"], Host) and \
            node.fields["func"].fields.get("id") in ("len", "enumerate", "zip", "sum", "max", "min", "list", "tuple"):
        return list(node.fields["args"])
    return [node.fields["value"]] if node.kind == "Starred" else []


def _names_bound(statement: Node) -> set[str]:
    out: set[str] = set()
    for node in statement.walk():
        if isinstance(node, Host):
            out |= bound_by(node)
    return out


def _words(annotation: Any) -> set[str]:
    """Names in an annotation (also inside strings)."""
    out: set[str] = set()
    for node in annotation.walk() if isinstance(annotation, Node) else ():
        if isinstance(node, Ref):
            out.add(node.op)
        elif isinstance(node, Host) and node.kind == "Name":
            out.add(node.fields["id"])
        elif isinstance(node, Host) and node.kind == "Attribute":
            out.add(node.fields["attr"])
        elif isinstance(node, Host) and node.kind == "Constant":
            out |= set(re.findall(r"[A-Za-z_]\w*", str(node.fields["value"])))
        elif not isinstance(node, Host):
            out.add(type(node).__name__)
    return out


def _plain_value(value: Any) -> bool:
    """True for literals, and for encoded values of the tape, that JSON keeps as they are."""
    if isinstance(value, dict):
        return set(value) == {"l"} and all(_plain_value(v) for v in value["l"])
    if isinstance(value, list):
        return all(_plain_value(v) for v in value)
    return value is None or isinstance(value, (bool, int, float, str))
