"""Host code that speaks of the framework: probes for its features, dictionaries of factory arguments."""

from __future__ import annotations

import ast
import copy
from typing import Any

from ..catalog import registry
from ..parts import Part
from ..pivot.nodes import Host, Idiom, Node, Op, const

#: Arguments of layers and creation functions that say where and as what tensors are made.
FACTORY = frozenset({"device", "dtype"})


class HostCode(Part):
    """Part of `Lifter`."""

    def probe(self, node: Host) -> Idiom | None:
        """`hasattr(framework, "name")` and `"name" in dir(framework)`: whether the target has what is asked for, which
        is so where the catalog has it."""
        if node.kind == "Call" and _is_name(node.fields["func"], "hasattr") and len(node.fields["args"]) == 2:
            owner, name = node.fields["args"]
        elif node.kind == "Compare" and node.fields["ops"] in (["In"], ["NotIn"]):
            name, listing = node.fields["left"], node.fields["comparators"][0]
            if not (isinstance(listing, Host) and listing.kind == "Call" and _is_name(listing.fields["func"], "dir")
                    and len(listing.fields["args"]) == 1):
                return None
            owner = listing.fields["args"][0]
        else:
            return None
        dotted = self.origin(owner)
        if not self.in_framework(dotted) or not _is_text(name):
            return None
        asked = f"{dotted}.{name.fields['value']}"
        found = self.dialect.knows(asked) or self.dialect.module_path(asked)
        return Idiom("probe", {"found": found is not (node.kind == "Compare" and node.fields["ops"] == ["NotIn"])},
                     site=node.site, span=node.span, verbatim=False)

    def looked_up(self, node: Host) -> Node | None:
        """`getattr(framework, "name", default)`: the name if the catalog has it, else the default."""
        if is_computed_getattr(node):
            return self.chosen(node)
        dotted = self.origin(node)
        if not self.in_framework(dotted) or not is_getattr(node):
            return None
        known = self.dialect.knows(dotted) and dotted not in self.dialect.IDIOMS
        if known or len(node.fields["args"]) < 3:
            return self.reference(node, dotted)
        return Idiom("default", {"value": self.visit(node.fields["args"][2])},
                     site=node.site, span=node.span, verbatim=False)

    def evaluated(self, node: Host) -> Node | None:
        """The mark of `eval(text)` whose text may name the framework; None where it is spelled out and does not."""
        if not _is_name(node.fields["func"], "eval") or not node.fields["args"]:
            return None
        text = node.fields["args"][0]
        try:
            names = [n.id for n in ast.walk(ast.parse(text.fields["value"], mode="eval")) if isinstance(n, ast.Name)] \
                if _is_text(text) else None
        except SyntaxError:
            names = None
        if names is not None and not any(self.in_framework(self.origin(Host("Name", {"id": name}))) for name in names):
            return None
        return self.mark(node, "TG014", "which names of the framework eval looks up is not known",
                         "Choose among the names with a dictionary.")

    def chosen(self, node: Host) -> Node | None:
        """`getattr(framework, name)`: the names that examples asked for and that the file spells out, by name."""
        dotted = self.origin(node.fields["args"][0])
        if not self.in_framework(dotted) or not self.dialect.module_path(dotted):
            return None
        seen = {e.data["a"][1] for e in self.evidence.events(self.module, node.site, "call")
                if len(e.data["a"]) > 1 and isinstance(e.data["a"][1], str)}
        spelled = {n.value for n in ast.walk(self.file.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        kinds = {self.kind_of(f"{dotted}.{name}") for name in seen}
        names = sorted(n for n in seen | {s for s in spelled if s.isidentifier()}
                       if (kind := self.kind_of(f"{dotted}.{n}")) and (not kinds or kind in kinds))
        if not names or not seen <= set(names):
            return self.mark(node, "TG014", f"which name of {dotted} is looked up is not known",
                             "Choose among the names with a dictionary.")
        values = [self.named(registry.lookup(self.dialect.PREFIX, self.dialect.canonical(f"{dotted}.{n}"))[0],
                             self.dialect.canonical(f"{dotted}.{n}"), verbatim=False) for n in names]
        table = Host("Dict", {"keys": [const(n) for n in names], "values": values}, verbatim=False)
        return Host("Subscript", {"value": table, "slice": self.visit(node.fields["args"][1])}, site=node.site,
                    span=node.span, verbatim=False)

    def kind_of(self, dotted: str) -> str | None:
        """`layer` or `function`, for names that the catalog has."""
        found = registry.lookup(self.dialect.PREFIX, self.dialect.canonical(dotted))
        return found[0].kind if found else None

    def functional_method(self, node: Host, method: str) -> Node:
        """A method of a module of functions: the function, and the activation that follows it."""
        function = self.dialect.FUNCTIONAL_METHODS[method]
        args, keywords = self.arguments(node)
        entries = registry.lookup(self.dialect.PREFIX, function)
        made: Node = self.construct(node, function, entries, args, keywords, "function")
        activation = self.dialect.FUNCTIONAL_ACTIVATIONS.get(method)
        return made if activation is None else Op(activation, {"x": made}, ["x"], span=node.span, verbatim=False)

    def is_factory(self, node: Any) -> bool:
        """True for a dictionary display that holds factory arguments only."""
        return bool(factory_words(node))

    def without_factories(self, node: Host, keywords: list[Host]) -> list[Host]:
        """The keywords of a framework call; `**dd` of factory arguments is replaced by what it holds."""
        out: list[Host] = []
        for word in keywords:
            if word.fields["arg"] is not None:
                out.append(word)
                continue
            value = word.fields["value"]
            held = self.factories.get(value.fields["id"]) if isinstance(value, Host) and value.kind == "Name" else value
            words = factory_words(held)
            if words:
                out += [Host("keyword", {"arg": name, "value": unplaced(v)}, verbatim=False)
                        for name, v in words.items()]
            elif not self.holds_nothing(node, keywords):
                out.append(word)
        return out

    def holds_nothing(self, node: Host, keywords: list[Host]) -> bool:
        """True where `**kwargs` was seen to hold factory arguments without a value only."""
        named = {k.fields["arg"] for k in keywords}
        events = [*self.evidence.new.get((self.module, node.site), ()),
                  *self.evidence.events(self.module, node.site, "op")]
        extra = [{k: v for k, v in e.data.get("kw", {}).items() if k not in named} for e in events]
        return bool(extra) and all(set(kw) <= FACTORY and not any(v is not None for v in kw.values()) for kw in extra) \
            and any(extra)


def is_computed_getattr(node: Any) -> bool:
    """True for `getattr(x, name)` with a name that is not written there."""
    return isinstance(node, Host) and node.kind == "Call" and _is_name(node.fields["func"], "getattr") and \
        len(node.fields["args"]) == 2 and not _is_text(node.fields["args"][1])


def is_getattr(node: Any) -> bool:
    """True for `getattr(x, "name", ...)`."""
    return isinstance(node, Host) and node.kind == "Call" and _is_name(node.fields["func"], "getattr") and \
        len(node.fields["args"]) in (2, 3) and _is_text(node.fields["args"][1])


def first_parameter_of(node: Any) -> Node | None:
    """`module` of `next(module.parameters())`."""
    if not (isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and
            node.fields["func"].fields.get("id") == "next" and len(node.fields["args"]) == 1):
        return None
    listing = node.fields["args"][0]
    func = listing.fields["func"] if isinstance(listing, Host) and listing.kind == "Call" else None
    return func.fields["value"] if isinstance(func, Host) and func.fields.get("attr") == "parameters" else None


def factory_words(node: Any) -> dict[str, Node]:
    """Name → value of a dictionary display (or `dict(...)`) of factory arguments; empty for anything else."""
    if not isinstance(node, Host):
        return {}
    if node.kind == "Dict":
        keys = [str(k.fields["value"]) if isinstance(k, Host) and k.kind == "Constant" else ""
                for k in node.fields["keys"]]
        words: dict[str, Node] = dict(zip(keys, node.fields["values"], strict=True))
    elif node.kind == "Call" and _is_name(node.fields["func"], "dict") and not node.fields["args"]:
        words = {k.fields["arg"]: k.fields["value"] for k in node.fields["keywords"]}
    else:
        return {}
    return words if set(words) <= FACTORY else {}


def unplaced(node: Node) -> Any:
    """A copy of a tree that stands nowhere in the source."""
    made = copy.deepcopy(node)
    for inner in made.walk():
        inner.span = inner.site = None
    return made


def _is_name(node: Any, name: str) -> bool:
    return isinstance(node, Host) and node.kind == "Name" and node.fields["id"] == name


def _is_text(node: Any) -> bool:
    return isinstance(node, Host) and node.kind == "Constant" and isinstance(node.fields["value"], str)
