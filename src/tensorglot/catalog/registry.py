"""The op catalog: one entry per op or layer, every framework's own signature side by side.

An entry is made with `function(...)` or `layer(...)`; the notation is explained in docs/architecture.md.
"""

from __future__ import annotations

import ast
import functools
import importlib
from dataclasses import dataclass, field, replace

#: Modules of this package that hold entries, in the order in which they are looked up.
FAMILIES = ("dense", "conv", "pool", "norm", "activation", "recurrent", "sequence", "attention", "embedding",
            "dropout", "padding", "resize", "container", "merge", "preprocessing", "create", "elementwise", "reduce",
            "shape", "index", "linalg", "loss", "random", "distributions", "einops", "device", "init", "wrapper",
            "misc")


@dataclass(frozen=True)
class Param:
    """One parameter of a framework's signature.

    `expr` is the canonical expression (an `ast.expr`), None where the value is dropped (`_`).
    `default` is the framework's own default, an `ast.expr`, or None where there is none.
    """

    name: str
    expr: ast.expr | None
    default: ast.expr | None
    kind: str  # "positional" | "keyword" | "star" | "starstar"


@dataclass(frozen=True)
class Signature:
    """A framework's signature with canonical annotations; `template` replaces it on lowering."""

    callee: str
    params: tuple[Param, ...]
    where: tuple[tuple[str, object], ...] = ()
    template: str | None = None
    attribute: bool = False

    @property
    def method(self) -> bool:
        """True for methods: the first parameter is what they are called on."""
        return bool(self.params) and self.params[0].name == "self" and not self.attribute

    @property
    def uses(self) -> frozenset[str]:
        """Canonical names that the signature binds."""
        found = {n.id for p in self.params if p.expr is not None for n in ast.walk(p.expr) if isinstance(n, ast.Name)}
        if self.template:
            found |= {n.id for n in ast.walk(ast.parse(self.template, mode="eval")) if isinstance(n, ast.Name)}
        return frozenset(found | {name for name, _ in self.where})


@dataclass(frozen=True)
class Weight:
    """One parameter tensor of a layer: canonical name and, per framework, attribute and axes (`O I S*`)."""

    name: str
    places: dict[str, tuple[str, tuple[str, ...]]]


@dataclass
class Entry:
    """One op or layer in every framework."""

    name: str
    kind: str  # "function" | "layer"
    rule: str
    family: str
    signatures: dict[str, list[Signature]]
    calls: dict[str, Signature]
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    params: tuple[Weight, ...] = ()
    convert: str | None = None
    float64_tol: tuple[float, str] | None = None
    note: str = ""
    #: The argument that is a layer, of layers that only change how another one gets its weight.
    wraps: str = ""
    #: True where such a layer has its weight when it is wrapped: filling the weight later has no effect.
    settled: bool = False
    #: What code reads off a layer, by canonical name and framework: `{"units": {"torch": "out_features"}}`.
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Fields of a tuple result, in order, and the op that computes that field alone (`x.max(1)[0]` is `amax`), or "".
    outputs: dict[str, str] = field(default_factory=dict)
    #: True for constructors of objects that hold tensors and whose methods are entries, too: see `instances`.
    instances: bool = False
    #: How a framework is read where that is not how it is written: constructors and functions, and layers' calls.
    read: dict[str, list[Signature]] = field(default_factory=dict)
    read_calls: dict[str, Signature] = field(default_factory=dict)

    def sources(self, framework: str) -> list[Signature]:
        """The signatures by which code of a framework is lifted; those of its fallbacks come last."""
        own = self.read.get(framework, self.signatures.get(framework, []))
        return own + [s for other in _fallbacks(framework) for s in self.sources(other)]

    def source_call(self, framework: str) -> Signature | None:
        """The signature by which a call of the layer is lifted."""
        found = (c.get(f) for f in (framework, *_fallbacks(framework)) for c in (self.read_calls, self.calls))
        return next((c for c in found if c is not None), None)

    @property
    def by_rank(self) -> bool:
        """True where some signature is for one number of spatial axes (`ndim`) of the source's that works for all."""
        return any(name == "ndim" for signatures in self.signatures.values() for s in signatures for name, _ in s.where)


#: Rules whose arguments name axes (of the others they are shapes, equations or index expressions).
_AXIS_RULES = frozenset({"axis", "cat", "stack", "split", "select", "unbind", "squeeze", "unsqueeze", "permute",
                         "transpose", "flatten", "size", "reduce"})


def axis_arguments(entry: Entry) -> frozenset[str]:
    """Canonical arguments of an entry that name axes."""
    rule, *names = entry.rule.split()
    return frozenset(names) if rule in _AXIS_RULES else frozenset()


@functools.cache
def _fallbacks(framework: str) -> tuple[str, ...]:
    """Frameworks whose names a framework shares where the catalog has none of its own."""
    from ..frameworks import dialects

    return tuple(dialects.get(framework).FALLBACK) if framework in dialects.NAMES else ()


REGISTRY: dict[tuple[str, str], Entry] = {}
_INDEX: dict[tuple[str, str], list[Entry]] = {}
_family = ""


def _split_where(text: str) -> tuple[str, tuple[tuple[str, object], ...]]:
    depth = 0
    for i, ch in enumerate(text):
        depth += ch in "([{"
        depth -= ch in ")]}"
        if ch == "|" and depth == 0:
            call = ast.parse(f"f({text[i + 1:].strip()})", mode="eval").body
            assert isinstance(call, ast.Call)
            return text[:i].strip(), tuple((k.arg or "", ast.literal_eval(k.value)) for k in call.keywords)
    return text.strip(), ()


@functools.cache
def parse_signature(text: str) -> Signature:
    """Parses one annotated signature; raises `SyntaxError` with the text where it is not one."""
    text, where = _split_where(text)
    if text.startswith("="):
        return Signature("=", (), where, text[1:].strip())
    callee, paren, args = text.partition("(")
    if not paren:
        callee, _, annotation = text.partition(":")
        self_param = Param("self", None if annotation.strip() == "_" else ast.Name("x"), None, "positional")
        return Signature(callee.strip(), (self_param,), where, None, True)
    return Signature(callee.strip(), _parse_params("(" + args), where)


def _parse_params(parenthesised: str) -> tuple[Param, ...]:
    fn = ast.parse(f"def f{parenthesised}: pass").body[0]
    assert isinstance(fn, ast.FunctionDef)
    a = fn.args
    out: list[Param] = []
    positional = a.posonlyargs + a.args
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(a.defaults)) + list(a.defaults)

    def expr(arg: ast.arg) -> ast.expr | None:
        if arg.annotation is None:
            return ast.Name(arg.arg)
        if isinstance(arg.annotation, ast.Name) and arg.annotation.id == "_":
            return None
        return arg.annotation

    for arg, default in zip(positional, defaults):
        out.append(Param(arg.arg, expr(arg), default, "positional"))
    if a.vararg:
        out.append(Param(a.vararg.arg, expr(a.vararg), None, "star"))
    for arg, kw_default in zip(a.kwonlyargs, a.kw_defaults):
        out.append(Param(arg.arg, expr(arg), kw_default, "keyword"))
    if a.kwarg:
        out.append(Param(a.kwarg.arg, expr(a.kwarg), None, "starstar"))
    return tuple(out)


def _signatures(value: str | list[str] | None) -> list[Signature]:
    if value is None:
        return []
    return [parse_signature(s) for s in ([value] if isinstance(value, str) else value)]


def _parse_axes(text: str) -> dict[str, tuple[str, ...]]:
    return {k.strip(): tuple(v.split()) for k, v in (part.split(":") for part in text.split(";") if part.strip())}


def _parse_outputs(text: str) -> dict[str, str]:
    """`values: amax; indices: argmax`"""
    return {k.strip(): v.strip() for k, v in (part.split(":") for part in text.split(";") if part.strip())}


def _parse_attributes(text: str) -> dict[str, dict[str, str]]:
    """`out_channels: torch out_channels, keras filters; weight: torch weight, keras kernel`"""
    out = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, _, places = part.partition(":")
        out[name.strip()] = dict(place.split() for place in places.split(","))
    return out


def _parse_weights(text: str) -> tuple[Weight, ...]:
    """`kernel: torch weight[O I S*], keras kernel[S* I O]; bias: torch bias[O], keras bias[O]`"""
    out = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, _, rest = part.partition(":")
        places = {}
        for place in rest.split(","):
            framework, _, slot = place.strip().partition(" ")
            attr, _, axes = slot.strip().rstrip("]").partition("[")
            places[framework] = (attr, tuple(axes.split()))
        out.append(Weight(name.strip(), places))
    return tuple(out)


#: What all functions of a namespace take besides their own arguments: an operation's name.
_EVERYWHERE = {"tensorflow": ("tf.", "(*, name: label = None)")}


def _with(signature: Signature, words: str) -> Signature:
    """A signature with further keyword arguments."""
    own = {p.name for p in signature.params}
    return replace(signature, params=(*signature.params, *(p for p in _parse_params(words) if p.name not in own)))


def _taken_calls(prefix: str, frameworks: dict[str, str | list[str] | None]) -> dict[str, Signature]:
    """Takes the layers' calls out of what an entry was given, by framework."""
    calls = {}
    for key in [k for k in frameworks if k.startswith(prefix)]:
        text = frameworks.pop(key)
        assert isinstance(text, str)
        calls[key.removeprefix(prefix)] = Signature("call", _parse_params(text))
    return calls


def _enter(kind: str, name: str, rule: str, axes: str, params: str, convert: str | None,
           float64_tol: tuple[float, str] | None, note: str, frameworks: dict[str, str | list[str] | None]) -> Entry:
    calls, read_calls = _taken_calls("call_", frameworks), _taken_calls("from_call_", frameworks)
    read = {k[5:]: _signatures(frameworks.pop(k)) for k in list(frameworks) if k.startswith("from_")}
    signatures = {k: _signatures(v) for k, v in frameworks.items() if v}
    for framework, (start, words) in _EVERYWHERE.items():
        if found := read.get(framework, signatures.get(framework)):
            read[framework] = [_with(s, words) if s.callee.startswith(start) else s for s in found]
    entry = Entry(name, kind, rule, _family, signatures, calls, _parse_axes(axes), _parse_weights(params), convert,
                  float64_tol, note, read=read, read_calls=read_calls)
    if (kind, name) in REGISTRY:
        raise ValueError(f"catalog entry {kind} {name!r} is defined twice")
    REGISTRY[kind, name] = entry
    for framework, sigs in {**signatures, **read}.items():
        for callee in dict.fromkeys(s.callee for s in sigs):
            if callee != "=":
                _INDEX.setdefault((framework, callee), []).append(entry)
    return entry


def function(name: str, rule: str, *, axes: str = "", params: str = "", convert: str | None = None,
             float64_tol: tuple[float, str] | None = None, note: str = "", outputs: str = "",
             **frameworks: str | list[str] | None) -> Entry:
    """Defines a tensor op (function, method, operator or attribute). See docs/architecture.md, "Catalog entries".

    `from_<framework>` says how code of a framework is read, where that is not how it is written.
    `outputs` names the fields of a tuple result and the ops that compute one alone: ``'values: amax; indices: argmax'``.
    """
    made = _enter("function", name, rule, axes, params, convert, float64_tol, note, frameworks)
    made.outputs = _parse_outputs(outputs)
    return made


def instances(name: str, rule: str, *, members: dict[str, list[str]], rules: dict[str, str],
              **frameworks: str | list[str]) -> Entry:
    """Defines a class whose objects hold tensors: its constructor, and an op for each method and attribute.

    `members` maps names, the same in every framework, to their annotated parameters, one text for each form of the call
    (`""`: an attribute). The op of a member is named `<name>_<member>`; its operands are what the object holds and the
    arguments, its rule is the class's unless `rules` has another.
    """
    made = _enter("function", name, rule, "", "", None, None, "", dict(frameworks))
    made.instances = True
    callees = {framework: signatures[0].callee for framework, signatures in made.signatures.items()}
    for member, forms in members.items():
        _enter("function", f"{name}_{member}", rules.get(member, rule), "", "", None, None, "",
               {framework: [f"{callee}.{member}{form}" for form in forms] for framework, callee in callees.items()})
    return made


def layer(name: str, rule: str, *, axes: str = "", params: str = "", convert: str | None = None,
          float64_tol: tuple[float, str] | None = None, note: str = "", attributes: str = "",
          wraps: str = "", settled: bool = False, **frameworks: str | list[str] | None) -> Entry:
    """Defines a layer (constructor and, with `call_<framework>`, its call). See docs/architecture.md.

    `from_<framework>` and `from_call_<framework>` say how these are read, where that is not how they are written.
    `attributes` maps what code reads off the layer: ``'weight: torch weight, keras kernel; rate: torch p, keras rate'``.
    `wraps` and `settled` are for layers around another layer: see `Entry`.
    """
    made = _enter("layer", name, rule, axes, params, convert, float64_tol, note, frameworks)
    made.attributes = _parse_attributes(attributes)
    made.wraps, made.settled = wraps, settled
    return made


@functools.cache
def load() -> None:
    """Imports every family once."""
    global _family
    for family in FAMILIES:
        _family = family
        try:
            importlib.import_module(f"{__package__}.{family}")
        except ModuleNotFoundError as error:
            if error.name != f"{__package__}.{family}":
                raise


def lookup(framework: str, callee: str) -> list[Entry]:
    """Entries that have a signature with this callee (`nn.Conv2d`, `Tensor.view`) in the framework."""
    load()
    found = [e for f in (framework, *_fallbacks(framework)) for e in _INDEX.get((f, callee), ())]
    return list({id(e): e for e in found}.values())


def rules(callee: str) -> set[str]:
    """Rules of the entries that have a signature with this callee in any framework."""
    load()
    return {entry.rule for (_, known), entries in _INDEX.items() if known == callee for entry in entries}


def entry(kind: str, name: str) -> Entry:
    """The entry of a canonical name; raises `KeyError`."""
    load()
    return REGISTRY[kind, name]
