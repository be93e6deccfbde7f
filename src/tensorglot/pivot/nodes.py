"""The pivot: framework-neutral program nodes.

Host Python is kept as `Host` nodes (one per Python syntax node; `kind` is the name in Python's grammar, `fields` its
fields). Framework constructs are nodes of their own with canonical names from the op catalog; none holds a framework's
API name. Nodes are kept apart from stdlib `ast`: `ast.unparse` silently drops custom subclasses.

Every node may carry a `site` (number in the file's preorder walk) and a `span` (character offsets of the source text
that it stands for). Both can be deleted; the program stays the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .classes import Classes

Span = tuple[int, int]


@dataclass(slots=True, eq=False)
class Node:
    """Base of all pivot nodes."""

    site: int | None = field(default=None, kw_only=True)
    span: Span | None = field(default=None, kw_only=True)
    #: False: the node's own tokens are not those of `span` and must be generated.
    verbatim: bool = field(default=True, kw_only=True)

    def children(self) -> Iterator[Node]:
        """Direct child nodes in source order."""
        yield from ()

    def key(self) -> Any:
        """A hashable structural key: equal for nodes that denote the same expression."""
        return (type(self).__name__,)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, preorder."""
        yield self
        for child in self.children():
            yield from child.walk()


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _nodes(item)


def _key(value: Any) -> Any:
    if isinstance(value, Node):
        return value.key()
    if isinstance(value, (list, tuple)):
        return tuple(_key(v) for v in value)
    if isinstance(value, dict):
        return tuple((k, _key(v)) for k, v in value.items())
    return (type(value).__name__, value)


@dataclass(slots=True, eq=False)
class Host(Node):
    """A Python syntax node. `role` marks what it is in the model program.

    Roles of a ClassDef: ``module`` (a layer or model), ``module_list``, ``module_dict``, ``sequential``.
    Roles of a FunctionDef: ``init``, ``forward``.
    """

    kind: str
    fields: dict[str, Any]
    role: str | None = None

    def children(self) -> Iterator[Node]:
        return _nodes(self.fields)

    def key(self) -> Any:
        return (self.kind, _key(self.fields))

    def __getattr__(self, name: str) -> Any:
        if name == "fields" or name.startswith("__"):  # asked for while a copy has no fields yet
            raise AttributeError(name)
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(slots=True, eq=False)
class Argument:
    """How one canonical argument was written: its keyword (None: positional) and the span of the whole argument."""

    name: str
    keyword: str | None
    span: Span | None


@dataclass(slots=True, eq=False)
class Canonical(Node):
    """A construct of the op catalog: canonical `op` name and arguments by canonical name (defaults filled in).

    `given` names the arguments that were written in the source, in their order; the others are defaults.
    """

    op: str
    args: dict[str, Any]
    given: list[str] = field(default_factory=list)

    def children(self) -> Iterator[Node]:
        return _nodes(self.args)

    def key(self) -> Any:
        return (type(self).__name__, self.op, _key(self.args))


@dataclass(slots=True, eq=False)
class Op(Canonical):
    """A tensor operation. `style`: ``function``, ``method``, ``operator``, ``attribute`` or ``inplace``."""

    style: str = "function"


@dataclass(slots=True, eq=False)
class Layer(Canonical):
    """Construction of a layer."""


@dataclass(slots=True, eq=False)
class LayerCall(Canonical):
    """Application of a layer that is known to be `op`; `callee` evaluates to the layer."""

    callee: Node = None  # type: ignore[assignment]

    def children(self) -> Iterator[Node]:
        yield self.callee
        yield from _nodes(self.args)


@dataclass(slots=True, eq=False)
class Ref(Node):
    """A framework class, function or value used as a value.

    `sort`: ``layer`` or ``function`` (`op` names the catalog entry, `where` the arguments that the name implies),
    ``layer_type`` (a layer class in an annotation), ``dtype``, ``type``, or ``constant`` (`op` is its text).
    `variant` tells which of the entry's source signatures it is; of a base class 1 where the source says that it is a
    whole model.
    """

    sort: str
    op: str
    where: dict[str, Any] = field(default_factory=dict)
    variant: int = 0

    def key(self) -> Any:
        return ("Ref", self.sort, self.op, _key(self.where))


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """A trainable tensor of a module, or (`trainable` False) a buffer; `value` is its initial value. `trainable` may be
    an expression."""

    value: Node
    trainable: bool | Node = True
    name: str | None = None

    def children(self) -> Iterator[Node]:
        yield self.value
        if isinstance(self.trainable, Node):
            yield self.trainable

    def key(self) -> Any:
        return ("Parameter", _key(self.trainable), self.value.key())


@dataclass(slots=True, eq=False)
class Buffer(Node):
    """Registration statement of a buffer `name` on the module `owner`; `persistent`: part of the saved state."""

    owner: Node
    name: Node
    value: Node
    persistent: bool = True

    def children(self) -> Iterator[Node]:
        yield self.owner
        yield self.name
        yield self.value

    def key(self) -> Any:
        return ("Buffer", self.name.key(), self.value.key())


@dataclass(slots=True, eq=False)
class Mode(Node):
    """The training flag of the module `owner` (True in training)."""

    owner: Node

    def children(self) -> Iterator[Node]:
        yield self.owner

    def key(self) -> Any:
        return ("Mode", self.owner.key())


@dataclass(slots=True, eq=False)
class Idiom(Node):
    """A construct of the framework that is no tensor op: see the table in `lift/idioms.py`."""

    name: str
    args: dict[str, Any]

    def children(self) -> Iterator[Node]:
        return _nodes(self.args)

    def key(self) -> Any:
        return ("Idiom", self.name, _key(self.args))


@dataclass(slots=True, eq=False)
class Marked(Node):
    """A construct that cannot be migrated: `code` and `reason` of its diagnostic."""

    code: str
    reason: str
    original: Node

    def children(self) -> Iterator[Node]:
        yield self.original

    def key(self) -> Any:
        return ("Marked", self.code, self.original.key())


@dataclass(slots=True, eq=False)
class Block(Node):
    """Statements in the place of one statement (none: it is removed)."""

    body: list[Node]

    def children(self) -> Iterator[Node]:
        return _nodes(self.body)

    def key(self) -> Any:
        return ("Block", _key(self.body))


@dataclass
class File:
    """One module of the program: dotted name, path relative to the root, and its tree.

    `imports` maps the names that its import statements bind at module level to what they stand for; `cuts` are places
    of the text that are no part of the program.
    """

    module: str
    path: str
    body: Host
    text: str = ""
    imports: dict[str, str] = field(default_factory=dict)
    cuts: list[Span] = field(default_factory=list)

    def kept(self) -> str:
        """The text without the cuts."""
        return uncut(self.text, self.cuts, 0, len(self.text))


def uncut(text: str, cuts: list[Span], start: int, end: int) -> str:
    """A piece of a text without the cuts (in order) in it."""
    out, position = [], start
    for first, last in cuts:
        if first >= end:
            break
        if last > position:
            out.append(text[position:max(first, position)])
            position = last
    return "".join(out) + text[position:end]


@dataclass
class Program:
    """The pivot of a project: files, and what the examples told (facts), in the source framework's terms.

    `package` names the root package if there is one; `packages` are those only passed through.
    """

    source: str
    files: dict[str, File]
    facts: Any = None
    layouts: Any = None
    classes: Classes = field(default_factory=Classes)
    package: str | None = None
    packages: list[str] = field(default_factory=list)


def from_ast(tree: ast.AST, span_of: Any = None) -> Host:
    """Converts a stdlib tree (numbered by `source.sites.number`); `span_of(node)` gives character offsets."""
    fields: dict[str, Any] = {}
    for name, value in ast.iter_fields(tree):
        if name in ("ctx", "type_comment", "kind", "type_ignores") and not isinstance(value, ast.AST) or name == "ctx":
            continue
        if isinstance(value, (ast.operator, ast.unaryop, ast.boolop, ast.cmpop)):
            fields[name] = type(value).__name__
        elif isinstance(value, ast.AST):
            fields[name] = from_ast(value, span_of)
        elif isinstance(value, list):
            fields[name] = [from_ast(v, span_of) if isinstance(v, ast.AST) and not isinstance(v, ast.cmpop)
                            else type(v).__name__ if isinstance(v, ast.cmpop) else v for v in value]
        else:
            fields[name] = value
    span = span_of(tree) if span_of is not None and hasattr(tree, "lineno") else None
    return Host(type(tree).__name__, fields, site=getattr(tree, "site", None), span=span,
                verbatim=not getattr(tree, "generated", False))


_OPERATOR_FIELDS = {"op", "ops"}


def to_ast(node: Host, leaf: Any = None) -> ast.AST:
    """Converts host nodes back to stdlib `ast`. `leaf(node)` may return an `ast` node to stand for a pivot node."""
    if leaf is not None:
        replaced = leaf(node)
        if replaced is not None:
            return replaced
    if not isinstance(node, Host):
        raise TypeError(f"{type(node).__name__} node was not lowered")
    cls = getattr(ast, node.kind)
    values: dict[str, Any] = {}
    for name in cls._fields:
        if name == "ctx":
            values[name] = ast.Load()
            continue
        value = node.fields.get(name, [] if name in ("type_ignores", "type_params", "decorator_list") else None)
        if name in _OPERATOR_FIELDS and isinstance(value, str):
            value = getattr(ast, value)()
        elif isinstance(value, Node):
            value = to_ast(value, leaf)  # type: ignore[arg-type]
        elif isinstance(value, list):
            value = [getattr(ast, v)() if name == "ops" and isinstance(v, str)
                     else to_ast(v, leaf) if isinstance(v, Node) else v for v in value]  # type: ignore[arg-type]
        values[name] = value
    made = cls(**values)
    made.lineno = made.col_offset = 0
    return made


def const(value: Any) -> Host:
    """A literal: scalar, string, None, tuple, list or dict of those."""
    if isinstance(value, Node):
        return value  # type: ignore[return-value]
    if isinstance(value, tuple):
        return Host("Tuple", {"elts": [const(v) for v in value]}, verbatim=False)
    if isinstance(value, list):
        return Host("List", {"elts": [const(v) for v in value]}, verbatim=False)
    if isinstance(value, dict):
        return Host("Dict", {"keys": [const(k) for k in value], "values": [const(v) for v in value.values()]},
                    verbatim=False)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and (value < 0):
        return Host("UnaryOp", {"op": "USub", "operand": const(-value)}, verbatim=False)
    if isinstance(value, float) and value in (float("inf"),):
        return call(name("float"), [const("inf")])
    return Host("Constant", {"value": value}, verbatim=False)


def name(text: str) -> Host:
    """A name or dotted name (`layers.Conv2D`)."""
    head, *rest = text.split(".")
    node = Host("Name", {"id": head}, verbatim=False)
    for part in rest:
        node = Host("Attribute", {"value": node, "attr": part}, verbatim=False)
    return node


def unwrapped(node: Any) -> Any:
    """The node inside parentheses that only mark a place."""
    while isinstance(node, Host) and node.kind == "Paren":
        node = node.fields["value"]
    return node


def dotted_path(node: Any) -> str | None:
    """The text of a name or a chain of attributes of one; None for anything else."""
    parts: list[str] = []
    while isinstance(node, Host) and node.kind == "Attribute":
        parts.insert(0, node.fields["attr"])
        node = node.fields["value"]
    return ".".join([node.fields["id"], *parts]) if isinstance(node, Host) and node.kind == "Name" else None


def call(func: Node, args: list[Any], keywords: dict[str, Any] | None = None) -> Host:
    """A call; arguments may be nodes or literals."""
    words = [Host("keyword", {"arg": k, "value": const(v)}, verbatim=False) for k, v in (keywords or {}).items()]
    return Host("Call", {"func": func, "args": [const(a) for a in args], "keywords": words}, verbatim=False)


def literal(node: Any) -> Any:
    """The Python value of a literal node; raises `ValueError` where it is none."""
    if not isinstance(node, Node):
        return node
    if isinstance(node, Ref) and node.sort == "dtype":
        return node.op
    if isinstance(node, Host):
        if node.kind == "Constant":
            return node.fields["value"]
        if node.kind in ("Tuple", "List"):
            items = [literal(e) for e in node.fields["elts"]]
            return tuple(items) if node.kind == "Tuple" else items
        if node.kind == "UnaryOp" and node.fields["op"] == "USub":
            value = literal(node.fields["operand"])
            if isinstance(value, (int, float)):
                return -value
        if node.kind == "BinOp":
            left, right = literal(node.fields["left"]), literal(node.fields["right"])
            fold = {"Add": lambda: left + right, "Sub": lambda: left - right, "Mult": lambda: left * right,
                    "FloorDiv": lambda: left // right, "Pow": lambda: left ** right}.get(node.fields["op"])
            if fold and isinstance(left, (int, float)) and isinstance(right, (int, float)):
                return fold()
    raise ValueError("not a literal")


def is_literal(node: Any) -> bool:
    """True where `literal` succeeds."""
    try:
        literal(node)
    except (ValueError, ZeroDivisionError, OverflowError):
        return False
    return True
