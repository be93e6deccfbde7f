"""What one generated file needs from the target: names, imports, adapters, wrappers; and counts for the report."""

from __future__ import annotations

import ast
from typing import Any

from ..catalog import registry
from ..catalog.binding import bind, choose, inferred, view
from ..catalog.codecs import Decline
from ..pivot.nodes import Node
from ..pivot.nodes import name as dotted_name
from . import keep

#: Method that holds a layer's constructor signature in generated wrappers.
_KINDS = {"layer": "layer", "function": "function"}


class Target:
    """Names of one generated file."""

    def __init__(self, dialect: Any, source_dialect: Any, taken: set[str], imports: dict[str, str],
                 defined: set[str]):
        self.dialect = dialect
        self.source_dialect = source_dialect
        self.taken = taken
        self.bound = {dotted: name for name, dotted in imports.items()}
        self.defined = defined
        self.imports: dict[str, None] = {}
        self.adapters: dict[str, None] = {}
        self.uses: dict[str, int] = {}
        #: Adapters whose names the file uses otherwise: name → name in the file.
        self.aliases: dict[str, str] = {}
        self.wrappers: dict[str, Any] = {}
        self.kept_imports: set[str] = set()
        self.removed_import = False
        #: Wrappers that project classes inherit from.
        self.bases: set[str] = set()
        self.module = self.path = ""
        #: True where the source's axis order is kept; and how many constructs were told so.
        self.keeps_order = False
        self.kept = 0
        #: Names of arguments that the program hands to callees that it does not name; wrappers accept them.
        self.passed: set[str] = set()
        #: Arguments that examples gave constructors: class → name → texts of values.
        self.seen: dict[str, dict[str, set[str]]] = {}
        #: Arguments that subclasses hand to the constructors of wrappers: wrapper → name → whether it is no more than a
        #: default that is the wrapper's own.
        self.handed: dict[str, dict[str, bool]] = {}
        self.transposes = 0
        self.marked = 0

    @property
    def namespaces(self) -> dict[str, tuple[str, str]]:
        return {**self.dialect.NAMESPACES, "adapters": ("", "")}

    def full(self, callee: str) -> str:
        """A catalog callee in this target: entries of a fallback framework name the same short namespaces."""
        return callee

    def use(self, dotted: str) -> str:
        """The expression for a catalog name (`ops.mean`), with its import or adapter recorded."""
        head, _, rest = dotted.partition(".")
        if head == "adapters":
            self.adapters[rest] = None
            self.uses[rest] = self.uses.get(rest, 0) + 1
            if rest in self.taken:
                self.aliases[rest] = rest + "_"
            return self.aliases.get(rest, rest)
        if head not in self.dialect.NAMESPACES:
            return dotted
        if head in self.dialect.ALIASES:
            alias, statement = self.dialect.ALIASES[head]
            self.imports[statement] = None
            return f"{alias}.{rest}" if rest else alias
        statement, full = self.dialect.NAMESPACES[head]
        whole = f"{full}.{rest}" if rest else full
        if whole in self.bound:
            self.kept_imports.add(self.bound[whole])
            return self.bound[whole]
        imported = self._imported(whole)
        if imported is not None:
            return imported
        root = self.dialect.ROOTS[0]
        base = self.dialect.NAMESPACES[root][1]
        if head in self.taken and head not in self.dialect.ROOTS and full.split(".")[0] in self.dialect.FOLLOWED:
            path = root + full[len(base):] if full.startswith(base + ".") else f"{root}.{head}"
            if root in self.dialect.ALIASES and full.startswith(base + "."):
                alias, statement = self.dialect.ALIASES[root]
                path, root = alias + full[len(base):], alias
                self.imports[statement] = None
            else:
                self.imports[f"import {root}" if root in self.dialect.ALIASES else
                             self.dialect.NAMESPACES[root][0]] = None
            return f"{path}.{rest}" if rest else path
        self.imports[statement] = None
        return dotted

    def _imported(self, whole: str) -> str | None:
        """The expression for a dotted name by what the source imports already; of the target framework's own
        namespaces only where the source is written in it, too."""
        parts = whole.split(".")
        if parts[0] in self.dialect.FOLLOWED and self.dialect is not self.source_dialect:
            return None
        for cut in range(len(parts) - 1, 0, -1):
            name = self.bound.get(".".join(parts[:cut]))
            if name is not None:
                self.kept_imports.add(name)
                return ".".join([name, *parts[cut:]])
        return None

    def adapters_unused(self, name: str, node: Node) -> None:
        """Takes back one use of an adapter whose call was replaced."""
        self.uses[name] = self.uses.get(name, 1) - 1
        if self.uses[name] <= 0:
            self.adapters.pop(name, None)

    def wrapper(self, sort: str, op: str, variant: int = 0) -> str:
        """The name under which a framework class or function can be passed as a value.

        Layers, and functions whose signatures differ, get a wrapper generated from the two catalog annotations.
        """
        entry = registry.entry(sort, op)
        source = entry.sources(self.source_dialect.PREFIX)[variant]
        name = source.callee.split(".")[-1]
        if not self.wants_order(entry):
            direct = sort == "function" and not entry.instances
            same = self._direct(entry, source) if direct else self._same_adapter(entry, source)
            if same is not None:
                return self.use(same)
        adapter = any(s.callee == f"adapters.{name}" for f in (self.dialect.PREFIX, *self.dialect.FALLBACK)
                      for s in entry.signatures.get(f, ()))
        name = self._free_name(name + "_" if adapter else name)
        self.wrappers.setdefault(name, (sort, op, variant))
        return name

    def wants_order(self, entry: registry.Entry) -> bool:
        """True where the source's axis order is kept and the target's construct has another."""
        return self.keeps_order and keep.concerns(entry, self.source_dialect.PREFIX, self.dialect)

    def _same_adapter(self, entry: registry.Entry, source: registry.Signature) -> str | None:
        """An adapter that can be called as the source's class is."""
        if entry.wraps:
            return self._plain_wrapper(entry, source)
        if "device" in self.passed and any(p.name == "device" for p in source.params):
            return None
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            for signature in entry.signatures.get(framework, ()):
                if signature.where:  # a special case; a class that is handed on has to serve all of them
                    continue
                if not signature.callee.startswith("adapters."):
                    return None
                theirs = [p.name for p in source.params if p.expr is not None]
                if [p.name for p in signature.params] == theirs:
                    return signature.callee
        return None

    def _plain_wrapper(self, entry: registry.Entry, source: registry.Signature) -> str | None:
        """The adapter around a layer, if nothing but the layer is handed to it."""
        if any(p.name in self.passed for p in source.params[1:]):
            return None
        bound = bind(source, [dotted_name("x")], {})
        lowered = _first(entry, self, bound.args, bound.given)
        return lowered.signature.callee if not lowered.keywords else None

    def _free_name(self, name: str) -> str:
        while name in self.taken and name not in self.wrappers or name in self.defined:
            name += "_"
        return name

    def _direct(self, entry: registry.Entry, source: registry.Signature) -> str | None:
        """A target function that takes the same single tensor, and the keywords that the program passes on, if any."""
        for framework in (self.dialect.PREFIX, *self.dialect.FALLBACK):
            for signature in entry.signatures.get(framework, ()):
                if signature.template is None and not signature.attribute and not signature.where and \
                        "." in signature.callee and not signature.callee.startswith(("operator.", "adapters.")) and \
                        signature.params and signature.params[0].default is None and \
                        all(p.default is not None for p in signature.params[1:]) and \
                        self._same_defaults(source, signature) and not (
                            self.passed & {p.name for p in source.params[1:]} - {p.name for p in signature.params}):
                    return signature.callee
        return None

    @staticmethod
    def _same_defaults(source: registry.Signature, target: registry.Signature) -> bool:
        try:
            first = bind(source, [dotted_name("x")], {})
            second = bind(target, [dotted_name("x")], {})
        except Decline:
            return False
        shared = set(first.args) & set(second.args) - {"x"}
        return all(repr(view(first.args[k])) == repr(view(second.args[k])) for k in shared)


def wrapper_parts(target: Target, name: str) -> tuple[list[tuple[str, str | None]], Any, dict[str, str]]:
    """Parameters (name, default text) and the lowered call of a wrapper, and the parameters that it takes at one value
    only (name → text); raises `Decline` where none exists."""
    sort, op, variant = target.wrappers[name]
    entry = registry.entry(sort, op)
    source = entry.sources(target.source_dialect.PREFIX)[variant]
    params = [p for p in source.params if p.kind in ("positional", "keyword")]
    refused = {p.name for p in params if isinstance(p.expr, ast.Constant)}
    handed = target.handed.get(name, {})
    refused |= {p for p in _left_to_native(entry, target, params) if handed.get(p, True)}
    while True:
        args: dict[str, Node] = {p.name: dotted_name(p.name) for p in params if p.name not in refused and p.expr is not None}
        try:
            bound = bind(source, [], dict(args))
            given = list(bound.given)
            lowered = _first(entry, target, bound.args, given)
            if target.wants_order(entry):
                target.kept += 1
                lowered = keep.told(lowered, target.dialect) or lowered
            break
        except Decline:
            candidates = [p for p in params if p.default is not None and p.name not in refused and p.expr is not None]
            if not candidates:
                raise
            refused.add(candidates[-1].name)
    last = max((i for i, p in enumerate(params) if p.kind == "positional" and (p.name in args or p.name in handed)),
               default=0)
    between = {p.name for p in params[:last + 1]}  # what follows keeps its place
    accepted = {p.name: ast.unparse(p.expr if isinstance(p.expr, ast.Constant) else p.default) for p in params
                if p.name in refused and p.name in target.passed | between and p.default is not None}
    shown = [(p.name, ast.unparse(p.default) if p.default is not None else None) for p in params
             if p.name in accepted or p.name not in refused and
             (p.expr is not None or p.name == "inplace" or p.name == "device" and p.name in target.passed)]
    return shown, lowered, accepted


def literal_text(node: ast.expr) -> Any:
    """The value of a default; its text where it is no literal."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def _left_to_native(entry: registry.Entry, target: Target, params: list[registry.Param]) -> set[str]:
    """Parameters without which the target's own layer can be used; passing one to the wrapper is an error."""
    for framework in (target.dialect.PREFIX, *target.dialect.FALLBACK):
        for signature in entry.signatures.get(framework, ())[:1]:
            if not signature.callee.startswith("layers.") or signature.where:
                return set()
            seen = target.seen.get(entry.name, {})
            return {p.name for p in params if p.default is not None and isinstance(p.expr, ast.Name)
                    and p.expr.id not in signature.uses and not inferred(p.expr.id)
                    and seen.get(p.name, set()) <= {repr(literal_text(p.default))}}
    return set()


def _first(entry: registry.Entry, target: Target, args: dict[str, Any], given: list[str]) -> Any:
    error: Decline | None = None
    for framework in (target.dialect.PREFIX, *target.dialect.FALLBACK):
        try:
            return choose(entry, framework, args, given)[0]
        except Decline as declined:
            error = declined
    raise error or Decline(entry.name)
