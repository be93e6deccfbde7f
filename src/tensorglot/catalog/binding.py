"""Binding: arguments of a framework's call → canonical arguments, and back.

Values are pivot nodes or Python literals; codecs see literals where an argument is one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from ..pivot.nodes import Host, Layer, Node, call, const, dotted_path, is_literal, literal
from ..pivot.nodes import name as dotted
from .codecs import CODECS, Decline
from .known import known
from .registry import Entry, Param, Signature, entry

#: NumPy's names of arguments, which functions take beside their own.
_SYNONYMS = {"dim": "axis", "keepdim": "keepdims", "input": "x", "other": "x2"}


@dataclass
class Bound:
    """Canonical arguments; `given` holds those whose value differs from the signature's default."""

    args: dict[str, Any]
    given: list[str]


def view(value: Any) -> Any:
    """The Python literal of a value where it is one, a tuple or list of views where its length is known, else itself."""
    if isinstance(value, Node) and is_literal(value):
        return literal(value)
    if isinstance(value, Host) and value.kind in ("Tuple", "List"):
        items = [view(e) for e in value.fields["elts"]]
        if not any(isinstance(e, Host) and e.kind == "Starred" for e in items):
            return tuple(items) if value.kind == "Tuple" else items
    return value


def wrapped_layer(node: Any) -> Any:
    """What stands inside layer wrappers (`Entry.wraps`): a layer's construction or any other expression."""
    while isinstance(node, Layer) and (held := entry("layer", node.op).wraps):
        node = node.args[held]
    return node


def _equal(a: Any, b: Any) -> bool:
    a, b = view(a), view(b)
    if isinstance(a, Node) or isinstance(b, Node):
        return isinstance(a, Node) and isinstance(b, Node) and a.key() == b.key()
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    for one, many in ((a, b), (b, a)):  # a size for every axis: 3 and (3, 3) mean the same
        if isinstance(many, (tuple, list)) and many and isinstance(one, int) and all(m == one for m in many):
            return True
    return type(a) is type(b) and a == b or (isinstance(a, (int, float)) and isinstance(b, (int, float)) and a == b)


def _tidy(value: Any) -> Any:
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _invert(expr: ast.expr, value: Any, into: dict[str, Any], late: list[tuple[ast.Call, Any]]) -> None:
    """Solves `expr == value` for the canonical name in `expr`."""
    if isinstance(expr, ast.Name):
        into[expr.id] = value
    elif isinstance(expr, ast.Constant):
        if not _equal(value, expr.value):
            raise Decline(f"only {expr.value!r} is supported here")
    elif isinstance(expr, ast.Call):
        late.append((expr, value))
    elif isinstance(expr, ast.BinOp) and isinstance(expr.left, ast.Constant):
        left = expr.left.value
        known = view(value)
        if isinstance(expr.op, ast.Sub):  # left - name
            solved = _tidy(left - known) if isinstance(known, (int, float)) else arithmetic("Sub", left, value)  # type: ignore[operator]
        elif isinstance(expr.op, ast.Div):  # left / name
            solved = _tidy(left / known) if isinstance(known, (int, float)) else arithmetic("Div", left, value)  # type: ignore[operator]
        else:
            raise Decline("annotation cannot be inverted")
        _invert(expr.right, solved, into, late)
    elif isinstance(expr, ast.UnaryOp) and isinstance(expr.op, ast.USub):
        known = view(value)
        solved = -known if isinstance(known, (int, float)) else Host("UnaryOp", {"op": "USub", "operand": const(value)},
                                                                     verbatim=False)
        _invert(expr.operand, solved, into, late)
    else:
        raise Decline(f"annotation {ast.unparse(expr)} cannot be inverted")


def arithmetic(op: str, left: Any, right: Any) -> Host:
    """A host expression `left op right`."""
    return Host("BinOp", {"left": const(left), "op": op, "right": const(right)}, verbatim=False)


def bind(signature: Signature, args: list[Any], keywords: dict[str, Any]) -> Bound:
    """Canonical arguments of a call; raises `Decline` where an argument is not bound or not supported."""
    raw: dict[str, Any] = {}
    rest = list(args)
    remaining = dict(keywords)
    for param in signature.params:
        if param.kind == "positional" and rest:
            raw[param.name] = rest.pop(0)
            if isinstance(raw[param.name], Host) and raw[param.name].kind == "Starred":
                raise Decline(f"the arguments of {signature.callee} can't be told apart")
        elif param.kind == "star":
            if rest:
                whole = len(rest) == 1 and known(rest[0]).kind == "sequence" and not _tells_sizes(param)
                raw[param.name] = rest[0] if whole else tuple(rest)
            rest = []
        elif param.kind in ("positional", "keyword") and (told := _told(param, remaining, signature)) is not None:
            raw[param.name] = remaining.pop(told)
        elif param.kind == "starstar":
            raw[param.name], remaining = remaining, {}
    for param in signature.params:
        if param.kind == "star" and param.name in remaining:
            raw[param.name] = remaining.pop(param.name)
    if rest:
        raise Decline(f"{signature.callee} got too many positional arguments")
    if remaining:
        raise Decline(f"argument {next(iter(remaining))!r} of {signature.callee} is not supported")
    return _canonical(signature, raw)


def _told(param: Param, keywords: dict[str, Any], signature: Signature) -> str | None:
    """The keyword by which an argument is given: its name, or NumPy's where the signature has no argument of that name."""
    other = _SYNONYMS.get(param.name, param.name)
    if param.name in keywords:
        return param.name
    return other if other in keywords and all(p.name != other for p in signature.params) else None


def _tells_sizes(param: Param) -> bool:
    """True where the codec itself tells `(n,)`, one sequence, from `n`, one size."""
    return isinstance(param.expr, ast.Call) and isinstance(param.expr.func, ast.Name) and param.expr.func.id == "sizes"


def _canonical(signature: Signature, raw: dict[str, Any]) -> Bound:
    into: dict[str, Any] = {}
    given: list[str] = []
    late: list[tuple[ast.Call, Any]] = []
    defaulted: set[str] = set()
    for param in signature.params:
        if param.name in raw:
            value = raw[param.name]
            if param.expr is None:
                continue
            _invert(param.expr, value, into, late)
            if param.default is None or not _equal(value, _literal_default(param.default)):
                given += [name for name in _solved(param.expr) if not informative(name)]
        elif param.expr is not None:
            if param.default is None:
                if param.kind in ("star", "starstar"):
                    continue
                raise Decline(f"{signature.callee} needs {param.name!r}")
            before = set(into)
            _invert(param.expr, _literal_default(param.default), into, late)
            defaulted |= set(into) - before
    for expr, value in late:
        assert isinstance(expr.func, ast.Name)
        target = expr.args[0]
        assert isinstance(target, ast.Name)
        others = [view(_evaluate(a, into)) for a in expr.args[1:]]
        found = CODECS[expr.func.id]
        into[target.id] = found.lift(view(value), *others)
        if found.optional and into[target.id] is None and target.id in given:
            given.remove(target.id)  # another way to say nothing
    into.pop("_", None)  # checked by a codec, then dropped
    for name, value in signature.where:
        into[name] = value
        given.append(name)
    return Bound(into, list(dict.fromkeys(given)))


def _solved(expr: ast.expr) -> list[str]:
    """Canonical names that an annotation is solved for: of a codec's arguments the first."""
    inner = expr.args[0] if isinstance(expr, ast.Call) else expr
    return [n.id for n in ast.walk(inner) if isinstance(n, ast.Name) and n.id != "_"]


def informative(name: str) -> bool:
    """True for canonical names that change no values of a network's outputs: a layer's name (`label`), the dtype and
    shapes it was told, initial values, penalties and limits of weights. A target that has no place for them may leave
    them out; lifting tells of those that matter in training."""
    return name in ("label", "layer_dtype") or name.endswith(("_init", "_penalty", "_limit", "_hint"))


def _literal_default(default: ast.expr) -> Any:
    try:
        return ast.literal_eval(default)
    except ValueError:
        return dotted(ast.unparse(default)) if isinstance(default, (ast.Name, ast.Attribute)) else ast.unparse(default)


def _evaluate(expr: ast.expr, args: dict[str, Any]) -> Any:
    """Value of a canonical expression; raises `Decline` where it cannot be expressed."""
    if isinstance(expr, ast.Name):
        if expr.id in args:
            return args[expr.id]
        raise Decline(f"{expr.id} is not known")
    if isinstance(expr, ast.Constant):
        return expr.value
    if isinstance(expr, (ast.Tuple, ast.List)):
        items = [_evaluate(e, args) for e in expr.elts]
        return tuple(items) if isinstance(expr, ast.Tuple) else items
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Name) and expr.func.id in CODECS:
        return CODECS[expr.func.id].lower(*[view(_evaluate(a, args)) for a in expr.args])
    if isinstance(expr, ast.UnaryOp) and isinstance(expr.op, ast.USub):
        value = view(_evaluate(expr.operand, args))
        return -value if isinstance(value, (int, float)) else \
            Host("UnaryOp", {"op": "USub", "operand": const(value)}, verbatim=False)
    if isinstance(expr, ast.BinOp):
        left, right = view(_evaluate(expr.left, args)), view(_evaluate(expr.right, args))
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            fold: Any = {ast.Add: left.__add__, ast.Sub: left.__sub__, ast.Mult: left.__mul__,
                         ast.Div: left.__truediv__}.get(type(expr.op))
            result = fold(right) if fold else NotImplemented
            if result is NotImplemented and fold:
                reflected: Any = {ast.Add: right.__radd__, ast.Sub: right.__rsub__, ast.Mult: right.__rmul__,
                                  ast.Div: right.__rtruediv__}[type(expr.op)]
                result = reflected(left)
            if result is not NotImplemented:
                return _tidy(result)
        return arithmetic(type(expr.op).__name__, left, right)
    raise Decline(f"{ast.unparse(expr)} cannot be evaluated")


@dataclass
class Lowered:
    """A call in the target: positional and keyword values, each with the canonical name it came from."""

    signature: Signature
    args: list[Any]
    keywords: dict[str, Any]


#: Feature sizes that a target infers from its input may be left out.
def inferred(name: str) -> bool:
    """True for canonical names of sizes that follow from the input (`I`, `C`)."""
    return len(name) == 1 and name.isupper()


def express(signature: Signature, args: dict[str, Any], given: list[str], *, keep_names: bool = True) -> Lowered:
    """Evaluates a target signature; raises `Decline` where the arguments cannot be expressed in it."""
    for name, wanted in signature.where:
        if name not in args or not _equal(args[name], wanted):
            raise Decline(f"{name} must be {wanted!r}")
    for name in given:
        if name not in signature.uses and not inferred(name) and not informative(name):
            raise Decline(f"{signature.callee} has no counterpart of {name!r}")
    if signature.template is not None:
        _check_template(signature.template, args)
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    in_order = True
    for param in signature.params:
        if param.expr is None:
            in_order = in_order and param.default is None
            continue
        if param.default is not None and _absent(param.expr, args):
            in_order = False
            continue
        value = _evaluate(param.expr, args)
        if param.kind == "star":
            items = view(value)
            if isinstance(value, Host) and value.kind in ("Tuple", "List"):
                items = value.fields["elts"]
            if isinstance(items, (tuple, list)) and in_order:
                positional += list(items) or [()]
                continue
            if in_order:
                positional.append(Host("Starred", {"value": const(value)}, verbatim=False))
                continue
            raise Decline("variadic argument after a keyword")
        if param.kind == "starstar":
            keywords |= value
            continue
        if param.default is not None and _equal(value, _literal_default(param.default)):
            in_order = False
            continue
        if in_order and param.kind == "positional" and param.default is None:
            positional.append(value)
        else:
            keywords[param.name] = value
            in_order = False
    return Lowered(signature, positional, keywords)


def _absent(expr: ast.expr, args: dict[str, Any]) -> bool:
    """True for an argument of the target of which the source says nothing."""
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Name) and CODECS[expr.func.id].optional:
        expr = expr.args[0]
    return isinstance(expr, ast.Name) and expr.id not in args


def _check_template(template: str, args: dict[str, Any]) -> None:
    """An operand that a template repeats must be cheap to evaluate twice; its codecs must take what they are given."""
    nodes = list(ast.walk(ast.parse(template, mode="eval")))
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODECS:
            _evaluate(node, args)
    names = [n.id for n in nodes if isinstance(n, ast.Name)]
    for name in names:
        value = args.get(name)
        if names.count(name) > 1 and isinstance(value, Host) and not is_literal(value) and not dotted_path(value):
            raise Decline(f"{name} would be evaluated twice")


def lower_call(func: Node, lowered: Lowered) -> Host:
    """The call node of a lowered signature."""
    return call(func, lowered.args, lowered.keywords)


def choose(entry: Entry, framework: str, args: dict[str, Any], given: list[str],
           operators: bool = True) -> tuple[Lowered, list[str]]:
    """The first of the entry's signatures in `framework` that expresses the arguments; raises `Decline` if none does.

    `operators` False passes over Python operators (which do not promote dtypes on every backend) where there is a
    function.
    """
    reasons: list[str] = []
    signatures = entry.signatures.get(framework, [])
    if not operators:
        signatures = sorted(signatures, key=lambda s: s.callee.startswith("operator."))
    for signature in signatures:
        try:
            return express(signature, args, given), reasons
        except Decline as error:
            reasons.append(str(error))
    raise Decline("; ".join(dict.fromkeys(reasons)) or f"no counterpart of {entry.name}")
