"""What lowering must know of the whole program: models, renamed attributes, training flags, imports."""

from __future__ import annotations

import ast
from functools import cache, cached_property
from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..infer.aliasing import Aliasing, aliasing
from ..lift.evidence import Evidence, Site
from ..pivot.classes import Classes
from ..pivot.nodes import (
    Host,
    Layer,
    Node,
    Op,
    Program,
    Ref,
    from_ast,
    is_literal,
)
from .attributes import (
    assigned,
    assigned_attributes,
    classes_in,
    growing,
    names_read,
    read_only_layers,
    self_attribute,
    walks_by_name,
)
from .cold import unsafe_modules
from .config import copied, exposed
from .layers import is_grouped
from .mutation import changed
from .orders import Orders
from .roles import models
from .seen import constructed, dtypes, reads_value, tests_values
from .training import Training
from .tying import Ties


class Context:
    """Facts about the program that several files share."""

    def __init__(self, program: Program, classes: Classes, evidence: Evidence, dialect: Any, source_dialect: Any):
        self.program = program
        self.classes = classes
        self.evidence = evidence
        self.dialect = dialect
        self.source_prefix = source_dialect.PREFIX
        self.source_dialect = source_dialect
        self.narrowed: list[dict[str, str]] = []
        self.nodes = {f"{m}:{q}": n for m, f in program.files.items() for q, n in classes_in(f.body)}
        self.family = self._families()
        self.models = models(self)
        self.renames = self._renames() if dialect is not source_dialect else {}
        self.training = Training(self.nodes, self.family, evidence, source_dialect.FORWARD)
        self.dtypes = dtypes(evidence)
        self.growing = growing(program)
        self.names_read = names_read(program)
        self.walks_by_name = walks_by_name(program, evidence)
        self.assigned = assigned(self.nodes)
        #: Kinds of layers of which the program makes some with groups.
        self.grouped = {n.op for f in program.files.values() for n in f.body.walk()
                        if isinstance(n, Layer) and is_grouped(n)}
        self.read_only_layers = read_only_layers(self.nodes, evidence)
        self.exposed, self.copied = exposed(self), copied(self)
        #: Names of arguments that calls of host code are given, in dictionaries too.
        self.passed = {name for f in program.files.values() for n in f.body.walk() for name in _passed(n)}
        self.seen = constructed(evidence, source_dialect)
        self._changed: dict[str | None, set[str]] = {}
        self.aliasing = aliasing(evidence, source_dialect, program) if dialect is not source_dialect else Aliasing()
        self.argument_names: dict[str, str] = {}
        #: Classes whose constructor's arguments are more than plain values; known once they are lowered.
        self.saved: set[str] = set()
        self.ties = Ties(self)

        #: True where an example made Python numbers or lists, or sizes, of what a tensor held, or took a branch by it.
        self.reads_values = any(reads_value(e) for run in evidence.runs for e in run) or tests_values(program, evidence)
        self._unsafe: set[str] | None = None
        self._orders: Orders | None = None
        self._made: dict[tuple[str, str], list[Layer]] = {}

    # -- cold code ----------------------------------------------------------------------------------------------------

    def unsafe(self, layouts: Any) -> set[str]:
        """Modules where code that no example ran may meet tensors in another axis order than the source's."""
        if self._unsafe is None:
            self._unsafe = unsafe_modules(self.program, layouts)
        return self._unsafe

    def orders(self, layouts: Any) -> Orders:
        """What is known of axis orders beside what examples ran."""
        if self._orders is None:
            self._orders = Orders(self, layouts)
        return self._orders

    def in_source_order(self, node: Layer, site: Site, layouts: Any) -> bool | None:
        """True where the layers that a constructor makes have to work in the source's order; None: some of them."""
        return _agreed(layouts.placeless.get((site, node.op), set())) if not layouts.kept else False

    def made_in_source_order(self, op: str, layouts: Any) -> bool | None:
        """The same of all layers of a kind that a class handed on as a value made."""
        if layouts.kept or not layouts.placeless:
            return False
        return _agreed(set().union(*(ends for (site, name), ends in layouts.placeless.items()
                                     if name == op and site not in self._written)))

    @cached_property
    def freezes(self) -> bool:
        """True where code sets whether weights are trained."""
        return any(isinstance(n, Host) and n.kind == "Attribute" and n.fields["attr"] in ("requires_grad", "requires_grad_")
                   for f in self.program.files.values() for n in f.body.walk())

    @cached_property
    def input_sizes_read(self) -> set[tuple[str, str]]:
        """`(fc, in_features)` for every `model.fc.in_features` that the program reads other than off `self`."""
        names = {p.name for entry in registry.REGISTRY.values() if entry.kind == "layer"
                 for s in entry.sources(self.source_prefix) for p in s.params
                 if isinstance(p.expr, ast.Name) and p.expr.id == "I"}
        reads = [(n.fields["value"], n.fields["attr"]) for f in self.program.files.values() for n in f.body.walk()
                 if isinstance(n, Host) and n.kind == "Attribute" and n.fields["attr"] in names]
        return {(owner.fields["attr"], attr) for owner, attr in reads
                if isinstance(owner, Host) and owner.kind == "Attribute" and self_attribute(owner) is None}

    @cached_property
    def _written(self) -> set[Site]:
        """Sites where a layer's constructor is called by its name."""
        return {(m, n.site) for m, f in self.program.files.items() for n in f.body.walk()
                if isinstance(n, Layer) and n.site is not None}

    def made_layers(self, key: str, attribute: str) -> list[Layer]:
        """Layers in what a class assigns to an attribute."""
        if (key, attribute) not in self._made:
            found: list[Layer] = []
            for node in self.nodes[key].walk() if key in self.nodes else ():
                if isinstance(node, Host) and node.kind == "Assign" and any(
                        isinstance(t, Host) and t.kind == "Attribute" and t.fields["attr"] == attribute
                        for t in node.fields["targets"]):
                    found += [n for n in node.fields["value"].walk() if isinstance(n, Layer)]
            self._made[key, attribute] = found
        return self._made[key, attribute]

    # -- classes ------------------------------------------------------------------------------------------------------

    def _families(self) -> dict[str, set[str]]:
        """Classes related by inheritance, as sets."""
        family: dict[str, set[str]] = {k: {k} for k in self.classes.table}
        for key, info in self.classes.table.items():
            for base in info.bases:
                if base in family and family[base] is not family[key]:
                    merged = family[base] | family[key]
                    for member in merged:
                        family[member] = merged
        return family

    def is_module(self, key: str) -> bool:
        """True for classes that are layers or models."""
        info = self.classes.get(key)
        return info is not None and info.role is not None

    def role_of(self, key: str | None) -> str | None:
        """Pivot role of a class."""
        info = self.classes.get(key)
        return info.role if info else None

    def base_layer(self, key: str | None) -> str | None:
        """The framework layer that a project class inherits from."""
        node = self.nodes.get(key or "")
        refs = [b.op for b in node.fields["bases"] if isinstance(b, Ref) and b.sort == "layer"] if node else []
        return refs[0] if refs else None

    def ancestor_layer(self, key: str | None) -> str | None:
        """The framework layer that a project class inherits from, itself or by way of others."""
        return next((layer for info in self.classes.ancestors(key or "") if (layer := self.base_layer(info.key))), None)

    def is_chain(self, key: str | None) -> bool:
        """True for classes that inherit from the framework's sequential container itself."""
        node = self.nodes.get(key or "")
        return node is not None and any(isinstance(b, Ref) and b.sort == "type" and b.op == "sequential"
                                        for b in node.fields["bases"])

    def calls_its_layers(self, key: str | None) -> bool:
        """True for chains that call their layers in their own way, or take them as the framework's own does."""
        chain = self.classes.ancestors(key or "")
        return self.dialect is not self.source_dialect and (
            any(self.source_dialect.FORWARD in info.methods for info in chain) or
            not any("__init__" in info.methods for info in chain))

    def makes_module(self, site: Site) -> bool:
        """True where an expression was seen to construct a module."""
        return bool(self.evidence.new.get(site))

    def has_framework_base(self, key: str | None) -> bool:
        """True for classes that inherit from a class of the framework directly."""
        node = self.nodes.get(key or "")
        return node is not None and any(isinstance(b, Ref) for b in node.fields["bases"])

    def forward_parameters(self, callee: str) -> list[str] | None:
        """Parameters of the forward method `pkg.mod:Class.forward`, without self."""
        node = self.nodes.get(callee.rpartition(".")[0])
        for statement in node.fields["body"] if node is not None else ():
            if isinstance(statement, Host) and statement.kind == "FunctionDef" and statement.role == "forward":
                args = statement.fields["args"].fields
                return [a.fields["arg"] for a in [*args["posonlyargs"], *args["args"]]][1:]
        return None

    def changed_attributes(self, key: str | None) -> set[str]:
        """Attributes whose tensors methods of a class change in place, or set anew outside of the constructor."""
        if key not in self._changed:
            self._changed[key] = found = set()
            for owner in self.family.get(key or "", {key or ""}):
                node = self.nodes.get(owner)
                for method in node.fields["body"] if node is not None else ():
                    for inner in method.walk():
                        target = changed(inner) if isinstance(inner, Op) and inner.style == "inplace" else None
                        if isinstance(inner, Host) and inner.kind in ("Assign", "AugAssign") and \
                                getattr(method, "role", None) != "init":
                            target = inner.fields["targets"][0] if inner.kind == "Assign" else inner.fields["target"]
                        found.add(self_attribute(target) or "")
        return self._changed[key]

    def only_layer(self, key: str | None, attribute: str, op: str, in_constructor: bool) -> Layer | None:
        """The layer `op` in an attribute of a class, if what it was made from is known: all others are of other kinds."""
        family = self.family.get(key or "", set()) if not in_constructor else {key}
        found: list[Layer] = []
        for value in (wrapped_layer(v) for k in family for v in self.assigned.get((k, attribute), ())):
            if isinstance(value, Layer) and value.op == op:
                found.append(value)
            elif not (isinstance(value, Layer) or is_literal(value) or self_attribute(value) == attribute or
                      isinstance(value, Host) and (value.role or "").startswith("is:layer:") and
                      value.role != f"is:layer:{op}"):
                return None
        return found[0] if len(found) == 1 else None

    def is_settled(self, key: str | None, tensor: Any) -> bool:
        """True for the weight of a layer of one's own, all of which are wrapped so that filling it has no effect."""
        if not (isinstance(tensor, Host) and tensor.fields.get("attr") == "weight"):
            return False
        attribute = self_attribute(tensor.fields["value"]) or ""
        made = [v for k in self.family.get(key or "", set()) for v in self.assigned.get((k, attribute), ())]
        wrappers = [v for v in made if isinstance(v, Layer) and registry.entry("layer", v.op).settled]
        return bool(wrappers) and all(v in wrappers or is_literal(v) or
                                      any(self_attribute(wrapped_layer(w)) == attribute for w in wrappers) for v in made)

    def is_model(self, key: str) -> bool:
        """True for classes that are built as a whole."""
        return key in self.models

    # -- reserved names -------------------------------------------------------------------------------------------------

    def _renames(self) -> dict[str, dict[str, str]]:
        own: dict[str, set[str]] = {}
        for key, node in self.nodes.items():
            if self.is_module(key):
                own[key] = assigned_attributes(node) | {
                    s.fields["name"] for s in node.fields["body"]
                    if isinstance(s, Host) and s.kind == "FunctionDef" and s.role is None}
        out: dict[str, dict[str, str]] = {}
        for key in own:
            family = self.family.get(key, {key})
            reserved = self.dialect.RESERVED_MODEL if family & self.models else self.dialect.RESERVED
            names = set().union(*(own.get(k, set()) for k in family)) & reserved
            if names:
                out[key] = {n: n + "_" for n in sorted(names)}
        return out

    def renamed(self, key: str | None, name: str) -> str:
        """Name of an attribute or method of a class in the target."""
        return self.renames.get(key or "", {}).get(name, name)

    def renamed_elsewhere(self, node: Host, lowerer: Any) -> str:
        """Name of an attribute that is read off another object than self."""
        attr = node.fields["attr"]
        classes = {e.modules.get(e.data["x"]["m"], {}).get("class") for e in
                   self.evidence.events(lowerer.file.module, node.site, "attr")
                   if isinstance(e.data.get("x"), dict) and "m" in e.data["x"]}
        for key in classes:
            if attr in self.renames.get(key or "", {}):
                return self.renames[key or ""][attr]
        return attr

    # -- evidence ------------------------------------------------------------------------------------------------------------

    def is_dict(self, site: Site) -> bool:
        """True where a container was seen to be made from a dict."""
        for event in [*self.evidence.new.get(site, []), *self.evidence.at.get(site, [])]:
            first = event.data["a"][0] if event.data.get("a") else None
            if isinstance(first, dict) and "d" in first:
                return True
        return False

    def keys_seen(self, site: Site) -> set[str]:
        """Keys of the dicts that a container was seen to be made from."""
        events = [*self.evidence.new.get(site, []), *self.evidence.at.get(site, [])]
        made_of = [e.data["a"][0] for e in events if e.data.get("a")]
        return {key for value in made_of if isinstance(value, dict) for key in value.get("d", ())}

    def grows(self, node: Layer) -> bool:
        """True where the chain is bound to a name that later gets layers added."""
        if not self.growing:
            return False
        for file in self.program.files.values():
            for inner in file.body.walk():
                if isinstance(inner, Host) and inner.kind == "Assign" and inner.fields["value"] is node:
                    target = inner.fields["targets"][0]
                    if isinstance(target, Host):
                        return (target.fields.get("attr") or target.fields.get("id")) in self.growing
        return False

    @staticmethod
    def fill_initialiser(value: Op) -> Op | None:
        """The initialiser op that draws as an in-place fill does (`normal_fill` → `init_normal`)."""
        name = "init_" + value.op.removesuffix("_fill").removesuffix("_")
        entry = registry.REGISTRY.get(("function", name))
        if entry is None or not value.op.endswith("_fill"):
            return None
        return Op(name, {k: v for k, v in value.args.items() if k != "x"}, [g for g in value.given if g != "x"])

    @staticmethod
    def sequential(dialect: Any, node: Layer) -> str:
        """The chain's class in the target."""
        return dialect.BASE_NAMES["sequential"]

    def sort_of(self, node: Any, lowerer: Any) -> str | None:
        """What an expression holds (`layer:linear`, `module`), as noted on lifting."""
        if isinstance(node, Host) and node.role and node.role.startswith("is:"):
            return node.role[3:]
        held = wrapped_layer(node)
        if held is not node:
            return self.sort_of(held, lowerer)
        return f"layer:{node.op}" if isinstance(node, Layer) else None

    @staticmethod
    @cache
    def parse_template(text: str) -> Host:
        """The tree of a template."""
        return from_ast(ast.parse(text, mode="eval").body)

    # -- configuration -----------------------------------------------------------------------------------------------------------

    def attributes_of(self, key: str) -> set[str]:
        """Attributes, methods and class attributes of a class of the project."""
        node = self.nodes.get(key)
        info = self.classes.get(key)
        return (assigned_attributes(node) if node is not None else set()) | (info.methods if info is not None else set())


def _agreed(found: set[bool]) -> bool | None:
    """What all say; None where they differ."""
    return None if len(found) > 1 else True in found


def _passed(node: Node) -> list[str]:
    """Keywords of a call of host code; keys of a dictionary display."""
    if not isinstance(node, Host):
        return []
    if node.kind == "Dict":
        return [k.fields["value"] for k in node.fields["keys"]
                if isinstance(k, Host) and k.kind == "Constant" and isinstance(k.fields["value"], str)]
    return [k.fields["arg"] for k in node.fields["keywords"] if k.fields["arg"]] if node.kind == "Call" else []
