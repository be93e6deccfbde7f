"""What lowering must know of the whole program: models, renamed attributes, training flags, imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..catalog import registry
from ..catalog.binding import wrapped_layer
from ..infer.aliasing import Aliasing, aliasing
from ..lift.evidence import Evidence, Site
from ..pivot.classes import Classes
from ..pivot.nodes import (
    Block,
    Buffer,
    Host,
    Idiom,
    Layer,
    LayerCall,
    Mode,
    Node,
    Op,
    Program,
    Ref,
    call,
    dotted_path,
    from_ast,
    is_literal,
    literal,
)
from .checkpoints import state_call
from .cold import unsafe_modules
from .config import add_config, copied, exposed
from .mutation import changed
from .orders import Orders
from .roles import models
from .tying import Ties

#: Methods of modules that change mode or place and return the module: without effect in the target.
_CHAINED = {"eval", "train", "to", "cuda", "cpu", "float", "double", "half", "bfloat16", "requires_grad_", "type",
            "share_memory", "to_empty"}


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
        self.nodes = {f"{m}:{q}": n for m, f in program.files.items() for q, n in _classes(f.body)}
        self.family = self._families()
        self.models = models(self)
        self.renames = self._renames()
        self.training = self._training()
        self.dtypes = self._dtypes()
        self.growing = self._growing()
        self.names_read = self._names_read()
        #: True where the program walks over modules by name.
        self.walks_by_name = bool(self.names_read & {"named_children", "named_modules", "get_submodule"})
        self.assigned = self._assigned()
        self.read_only_layers = self._layers()
        self.exposed, self.copied = exposed(self), copied(self)
        #: Names of arguments that calls of host code are given, in dictionaries too.
        self.passed = {name for f in program.files.values() for n in f.body.walk() for name in _passed(n)}
        self.seen = _constructed(evidence, source_dialect)
        self._changed: dict[str | None, set[str]] = {}
        self.aliasing = aliasing(evidence, source_dialect) if dialect is not source_dialect else Aliasing()
        self.argument_names: dict[str, str] = {}
        #: Classes whose constructor's arguments are more than plain values; known once they are lowered.
        self.saved: set[str] = set()
        self.ties = Ties(self)

        #: True where an example made Python numbers or lists, or sizes, of what a tensor held.
        self.reads_values = any(_reads_value(e) for run in evidence.runs for e in run)
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

    def made_in_source_order(self, op: str, layouts: Any) -> bool:
        """True where all layers of a kind that a class handed on as a value made have to work in the source's order."""
        written = {(m, n.site) for m, f in self.program.files.items() for n in f.body.walk() if isinstance(n, Layer)} \
            if layouts.placeless else set()
        found = [around for (site, name), around in layouts.placeless.items() if name == op and site not in written]
        return bool(found) and all(found) and not layouts.kept

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
                        found.add(_self_attribute(target) or "")
        return self._changed[key]

    @staticmethod
    def in_initialisation(function: str) -> bool:
        """True for methods that only set initial values, by their conventional names."""
        return "init" in function.rpartition(".")[2] or function.endswith("reset_parameters")

    def _assigned(self) -> dict[tuple[str | None, str], list[Node]]:
        """What classes assign to their attributes, by class and attribute."""
        found: dict[tuple[str | None, str], list[Node]] = defaultdict(list)
        for key, root in self.nodes.items():
            for node in root.walk():
                if isinstance(node, Host) and node.kind in ("Assign", "AnnAssign") and node.fields.get("value"):
                    for target in node.fields["targets"] if node.kind == "Assign" else [node.fields["target"]]:
                        attr = _self_attribute(target)
                        if attr:
                            found[key, attr].append(node.fields["value"])
        return found

    def _layers(self) -> set[tuple[str, str]]:
        """Layers, by class and attribute, whose weights are read but which are never called."""
        read: set[tuple[str, str]] = set()
        called: set[tuple[str, str]] = set()
        for key, root in self.nodes.items():
            for node in root.walk():
                callee = node.callee if isinstance(node, LayerCall) else \
                    node.fields["func"] if isinstance(node, Host) and node.kind == "Call" else None
                attr = _self_attribute(callee)
                if attr:
                    called.add((key, attr))
            for statement in root.fields["body"]:
                if isinstance(statement, Host) and statement.kind == "FunctionDef" and statement.role != "init" and \
                        not self.in_initialisation(statement.fields["name"]):
                    for node in statement.walk():
                        if isinstance(node, Host) and node.kind == "Attribute" and node.fields["attr"] in ("weight", "bias"):
                            attr = _self_attribute(node.fields["value"])
                            if attr:
                                read.add((key, attr))
        return read - called

    def only_layer(self, key: str | None, attribute: str, op: str, in_constructor: bool) -> Layer | None:
        """The layer `op` in an attribute of a class, if what it was made from is known: all others are of other kinds."""
        family = self.family.get(key or "", set()) if not in_constructor else {key}
        found: list[Layer] = []
        for value in (wrapped_layer(v) for k in family for v in self.assigned.get((k, attribute), ())):
            if isinstance(value, Layer) and value.op == op:
                found.append(value)
            elif not (isinstance(value, Layer) or is_literal(value) or _self_attribute(value) == attribute or
                      isinstance(value, Host) and (value.role or "").startswith("is:layer:") and
                      value.role != f"is:layer:{op}"):
                return None
        return found[0] if len(found) == 1 else None

    def is_settled(self, key: str | None, tensor: Any) -> bool:
        """True for the weight of a layer of one's own, all of which are wrapped so that filling it has no effect."""
        if not (isinstance(tensor, Host) and tensor.fields.get("attr") == "weight"):
            return False
        attribute = _self_attribute(tensor.fields["value"]) or ""
        made = [v for k in self.family.get(key or "", set()) for v in self.assigned.get((k, attribute), ())]
        wrappers = [v for v in made if isinstance(v, Layer) and registry.entry("layer", v.op).settled]
        return bool(wrappers) and all(v in wrappers or is_literal(v) or
                                      any(_self_attribute(wrapped_layer(w)) == attribute for w in wrappers) for v in made)

    def is_model(self, key: str) -> bool:
        """True for classes that are built as a whole."""
        return key in self.models

    # -- reserved names -------------------------------------------------------------------------------------------------

    def _renames(self) -> dict[str, dict[str, str]]:
        own: dict[str, set[str]] = {}
        for key, node in self.nodes.items():
            if self.is_module(key):
                own[key] = _assigned_attributes(node) | {
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

    # -- training flag ----------------------------------------------------------------------------------------------------

    def _training(self) -> dict[str, set[str]]:
        methods: dict[str, dict[str, Host]] = defaultdict(dict)
        for key, node in self.nodes.items():
            for statement in node.fields["body"]:
                if isinstance(statement, Host) and statement.kind == "FunctionDef" and statement.role != "init" and \
                        not _is_property(statement):
                    methods[key][statement.fields["name"]] = statement
        need: dict[str, set[str]] = {k: {n for n, m in ms.items() if any(_reads_mode(x) for x in m.walk())}
                                     for k, ms in methods.items()}
        changed = True
        while changed:
            changed = False
            for key, ms in methods.items():
                wanted = set().union(*(need.get(k, set()) for k in self.family.get(key, {key})))
                for name, method in ms.items():
                    if name not in need[key] and (_self_calls(method) & wanted or
                                                  self._calls_forward(key, method, need)):
                        need[key].add(name)
                        changed = True
        return need

    def _calls_forward(self, key: str, method: Host, need: dict[str, set[str]]) -> bool:
        """True where a method calls the forward method of another object directly, and that needs the flag."""
        return any(self.source_dialect.FORWARD in need.get(k, ()) for node in method.walk()
                   for owner in self._forward_owners(key.split(":")[0], node) for k in self.family.get(owner, {owner}))

    def _forward_owners(self, module: str, node: Node) -> set[str]:
        """Classes whose forward method a call was seen to call by name."""
        if not (isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and
                node.fields["func"].fields.get("attr") == self.source_dialect.FORWARD):
            return set()
        return {c.rpartition(".")[0] for c in self.evidence.callees(module, node.site, "call") if ":" in c}

    def needs_training(self, key: str | None, method: str) -> bool:
        """True where a method of the class (or of its relatives) depends on the training flag."""
        return any(method in self.training.get(k, set()) for k in self.family.get(key or "", {key or ""}))

    # -- evidence ------------------------------------------------------------------------------------------------------------

    def _dtypes(self) -> dict[Site, list[str]]:
        found: dict[Site, set[str]] = defaultdict(set)
        for site, events in self.evidence.at.items():
            for event in events:
                out = event.data.get("o")
                if isinstance(out, dict) and "t" in out:
                    found[site].add(event.tensors[out["t"]]["dtype"])
        return {k: sorted(v) for k, v in found.items()}

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

    def _names_read(self) -> set[str]:
        """Attributes that the program reads, and texts that may name one."""
        out: set[str] = set()
        for file in self.program.files.values():
            for node in file.body.walk():
                if isinstance(node, Host) and node.kind == "Attribute":
                    out.add(node.fields["attr"])
                elif isinstance(node, Host) and node.kind == "Call" and dotted_path(node.fields["func"]) in (
                        "getattr", "hasattr") and len(node.fields["args"]) > 1 and is_literal(node.fields["args"][1]):
                    out.add(str(literal(node.fields["args"][1])))
        return out

    def _growing(self) -> set[str]:
        """Attributes of sequential chains to which code adds layers later."""
        out: set[str] = set()
        for file in self.program.files.values():
            for inner in file.body.walk():
                if isinstance(inner, Idiom) and inner.name == "set_attribute":
                    owner = inner.args["owner"]
                    if isinstance(owner, Host):
                        out.add(owner.fields.get("attr") or owner.fields.get("id") or "")
                elif isinstance(inner, Host) and inner.kind == "Call" and isinstance(inner.fields["func"], Host) and \
                        inner.fields["func"].fields.get("attr") in ("append", "add_module", "extend", "insert"):
                    owner = inner.fields["func"].fields["value"]
                    if isinstance(owner, Host):
                        out.add(owner.fields.get("attr") or owner.fields.get("id") or "")
        return out

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
        return dialect.BASES["sequential"]

    def sort_of(self, node: Any, lowerer: Any) -> str | None:
        """What an expression holds (`layer:linear`, `module`), as noted on lifting."""
        if isinstance(node, Host) and node.role and node.role.startswith("is:"):
            return node.role[3:]
        held = wrapped_layer(node)
        if held is not node:
            return self.sort_of(held, lowerer)
        return f"layer:{node.op}" if isinstance(node, Layer) else None

    @staticmethod
    def narrowing(test: Any) -> dict[str, str]:
        """Names and attributes that a test narrows to layers: path → canonical layer (the first of several)."""
        out: dict[str, str] = {}
        for node in _asserted(test):
            if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
                    node.fields["func"].fields.get("id") == "isinstance" and len(node.fields["args"]) == 2:
                value, classes = node.fields["args"]
                refs = [c for c in classes.walk() if isinstance(c, Ref) and c.sort == "layer"]
                path = dotted_path(value)
                if refs and path:
                    out[path] = refs[0].op
        return out

    @staticmethod
    def layer_classes(dialect: Any, op: str) -> list[str]:
        """Target classes that instances of a layer have; lists and dicts of layers are Python's own."""
        if op in dialect.TYPES:
            return [dialect.TYPES[op]]
        out: list[str] = []
        for framework in (dialect.PREFIX, *dialect.FALLBACK):
            for signature in registry.entry("layer", op).signatures.get(framework, ()):
                if signature.callee.startswith("layers."):
                    out.append(signature.callee)
        if not out:
            for framework in (dialect.PREFIX, *dialect.FALLBACK):
                out += [s.callee for s in registry.entry("layer", op).signatures.get(framework, ())
                        if s.callee.startswith("adapters.")]
        return out or [dialect.BASES["module"]]

    @staticmethod
    @cache
    def parse_template(text: str) -> Host:
        """The tree of a template."""
        return from_ast(ast.parse(text, mode="eval").body)

    # -- methods of modules -------------------------------------------------------------------------------------------------

    def method_idiom(self, lowerer: Any, node: Host, func: Host) -> Node | None:
        """`module.method(…)` of the framework's base class."""
        receiver, method = func.fields["value"], func.fields["attr"]
        if isinstance(receiver, Host) and receiver.kind == "Attribute" and \
                receiver.fields["attr"] == self.source_dialect.CHILDREN and method in _CHILDREN:
            return lowerer.placed(self._children(lowerer, receiver.fields["value"], _CHILDREN[method]), node)
        own_class = lowerer.functions[-1]["owner"] if lowerer.functions else None
        on_self = lowerer.is_self(receiver) and self.role_of(own_class) is not None
        if self._takes_training(lowerer, node, func, own_class):
            return self._with_training(lowerer, node)
        if on_self and self._defines(own_class, method):
            return None
        sort = self.sort_of(receiver, lowerer) or ""
        if not on_self and not (sort == "module" or sort.startswith("layer:")):
            return None
        if method in _CHAINED:
            return lowerer.visit(receiver)
        target = lowerer.visit(receiver)
        if method in ("modules", "named_modules", "children", "named_children", "apply", "named_parameters",
                      "get_submodule"):
            func_node = lowerer.use(f"adapters.{_TREE[method]}")
            return lowerer.placed(call(func_node, [target, *lowerer.visit(node.fields["args"])]), node)
        if method == "parameters":
            return lowerer.placed(Host("Attribute", {"value": target, "attr": "trainable_weights"}), node)
        if method in ("load_state_dict", "state_dict"):
            return state_call(lowerer, node, method, target)
        if method in ("register_forward_hook", "register_forward_pre_hook",
                      "register_full_backward_hook", "_register_load_state_dict_pre_hook",
                      "_register_state_dict_hook", "register_load_state_dict_post_hook"):
            remedy = "Convert the checkpoint with `tensorglot convert` and call model.load_weights." \
                if "state_dict" in method else "Call the hook's code in the forward method."
            return lowerer.mark(node, "TG013", f"{method} has no counterpart", remedy)
        if sort == "layer:sequential" and method == "append":
            func_node = Host("Attribute", {"value": target, "attr": "add"}, verbatim=False)
            return lowerer.placed(call(func_node, lowerer.visit(node.fields["args"])), node)
        return None

    def _children(self, lowerer: Any, holder: Node, adapter: str) -> Host:
        """The layers that a module holds, or pairs of names and layers."""
        target = lowerer.visit(holder)
        if adapter == "children" and lowerer.is_self(holder) and self.role_of(lowerer.owner) == "sequential":
            return Host("Attribute", {"value": target, "attr": "layers"}, verbatim=False)
        return call(Host("Name", {"id": "list"}, verbatim=False), [call(lowerer.use(f"adapters.{adapter}"), [target])])

    def _defines(self, key: str | None, method: str) -> bool:
        return any(method in i.methods for i in self.classes.ancestors(key or ""))

    def _takes_training(self, lowerer: Any, node: Host, func: Host, key: str | None) -> bool:
        """True for calls of the same object's methods, and of forward methods, to which the training flag is passed."""
        frame = lowerer.functions[-1] if lowerer.functions else None
        if frame is None or key is None or frame["role"] == "init" or not self.needs_training(key, _method_of(frame)):
            return False
        receiver, method = func.fields["value"], func.fields["attr"]
        if lowerer.is_self(receiver) or _is_super(receiver):
            return self._defines(key, method) and self.needs_training(key, method)
        return any(self.needs_training(owner, method) for owner in self._forward_owners(lowerer.file.module, node))

    def _with_training(self, lowerer: Any, node: Host) -> Node:
        made = lowerer.generic(node)
        word = Host("keyword", {"arg": "training", "value": Host("Name", {"id": "training"}, verbatim=False)},
                    verbatim=False)
        made.fields["keywords"] = [*made.fields["keywords"], word]
        made.verbatim = False
        return made

    # -- imports ---------------------------------------------------------------------------------------------------------------

    def imports(self, lowerer: Any, node: Host) -> Node:
        """An import statement without what comes from the source framework."""
        kept = []
        for alias in node.fields["names"]:
            module = node.fields.get("module") if node.kind == "ImportFrom" else alias.fields["name"]
            foreign = self._foreign(module or "") if not node.fields.get("level") else False
            if not foreign and not self._handed_on(lowerer.file.imports, alias):
                kept.append(alias)
        if len(kept) == len(node.fields["names"]):
            return node
        lowerer.target.removed_import = True
        if not kept:
            return Block([], span=node.span, verbatim=False)
        return Host(node.kind, {**node.fields, "names": kept}, span=node.span, verbatim=False)

    def _handed_on(self, imports: dict[str, str], alias: Host) -> bool:
        """True for names that another module of the program imports from the source framework."""
        dotted = imports.get(alias.fields.get("asname") or alias.fields["name"], "")
        seen: set[str] = set()
        while dotted and dotted not in seen:
            seen.add(dotted)
            if self._foreign(dotted):
                return True
            module, _, name = dotted.rpartition(".")
            file = self.program.files.get(module)
            dotted = file.imports.get(name, "") if file is not None else ""
        return False

    def _foreign(self, module: str) -> bool:
        if self.dialect is self.source_dialect:
            return False
        head = module.split(".")[0]
        if head in self.program.files or any(m.split(".")[0] == head for m in self.program.files):
            return False
        return head in self.source_dialect.PACKAGES and not (
            head in self.dialect.NAMESPACES and not module.startswith(f"{head}.layers"))

    def fails(self, statement: Node) -> bool:
        """True for imports of the source framework, and of packages that build on it, which the target does without."""
        if not isinstance(statement, Host) or statement.kind not in ("Import", "ImportFrom"):
            return False
        modules = [statement.fields["module"] or ""] if statement.kind == "ImportFrom" else \
            [alias.fields["name"] for alias in statement.fields["names"]]
        heads = {m.split(".")[0] for m in modules} if not statement.fields.get("level") else set()
        return any(self._foreign(m) for m in modules if m) and not statement.fields.get("level") or \
            bool(heads & self.source_dialect.SATELLITES) and self.program.package not in heads

    # -- configuration -----------------------------------------------------------------------------------------------------------

    def attributes_of(self, key: str) -> set[str]:
        """Attributes, methods and class attributes of a class of the project."""
        node = self.nodes.get(key)
        info = self.classes.get(key)
        return (_assigned_attributes(node) if node is not None else set()) | (info.methods if info is not None else set())

    def with_config(self, lowerer: Any, node: Host, key: str, body: list[Node]) -> list[Node]:
        """The lowered statements of a class, with `get_config` where the target can't derive it."""
        return add_config(self, lowerer, node, key, body)


#: Builtins that make a number of a tensor's value, and methods of tensors that make numbers or lists.
_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "builtins.round"})
_VALUES = frozenset({"item", "tolist", "numpy"})

#: Views of the dictionary of a module's children → adapter.
_CHILDREN = {"values": "children", "items": "named_children"}

#: Module-tree methods → adapter.
_TREE = {"modules": "modules", "named_modules": "named_modules", "children": "children",
         "named_children": "named_children", "apply": "apply", "named_parameters": "named_parameters",
         "get_submodule": "get_submodule"}


def _classes(body: Node, prefix: str = "") -> list[tuple[str, Host]]:
    out: list[tuple[str, Host]] = []
    for node in body.children():
        if isinstance(node, Host) and node.kind == "ClassDef":
            out.append((prefix + node.fields["name"], node))
            out += _classes(node, prefix + node.fields["name"] + ".")
        elif isinstance(node, Host) and node.kind in ("FunctionDef", "AsyncFunctionDef"):
            out += _classes(node, prefix + node.fields["name"] + ".<locals>.")
        elif isinstance(node, Host) and node.kind in ("If", "Try", "With", "For", "While", "ExceptHandler"):
            out += _classes(node, prefix)
    return out


def _assigned_attributes(node: Host) -> set[str]:
    """Attributes that the methods of a class assign on self."""
    out: set[str] = set()
    for inner in node.walk():
        if isinstance(inner, Host) and inner.kind in ("Assign", "AnnAssign", "AugAssign"):
            for target in inner.fields["targets"] if inner.kind == "Assign" else [inner.fields["target"]]:
                for t in target.fields["elts"] if isinstance(target, Host) and target.kind == "Tuple" else [target]:
                    if isinstance(t, Host) and t.kind == "Attribute" and isinstance(t.fields["value"], Host) and \
                            t.fields["value"].fields.get("id") == "self":
                        out.add(t.fields["attr"])
        elif isinstance(inner, Buffer) and is_literal(inner.name):
            out.add(literal(inner.name))
        elif isinstance(inner, Idiom) and inner.name == "set_attribute" and is_literal(inner.args["name"]):
            out.add(str(literal(inner.args["name"])))
    return out


def _self_attribute(node: Any) -> str | None:
    """`x` of `self.x`."""
    if isinstance(node, Host) and node.kind == "Attribute" and isinstance(node.fields["value"], Host) and \
            node.fields["value"].fields.get("id") == "self":
        return node.fields["attr"]
    return None


def _asserted(test: Any) -> Iterator[Node]:
    """Nodes of a test, without what it denies."""
    if isinstance(test, Node) and not (isinstance(test, Host) and test.kind == "UnaryOp"):
        yield test
        for child in test.children():
            yield from _asserted(child)


def _reads_mode(node: Node) -> bool:
    return isinstance(node, Mode) and isinstance(node.owner, Host) and node.owner.fields.get("id") == "self"


def _method_of(frame: dict[str, Any]) -> str:
    """Name of the method that a frame of the lowering is in."""
    return str(frame["name"]).split(".<locals>.")[0].split(".")[-1]


def _reads_value(event: Any) -> bool:
    """True for events that make something of a tensor that depends on its values."""
    if event.data["k"] == "call":
        return event.callee in _NUMBERS and any(isinstance(a, dict) and "t" in a for a in event.data["a"])
    return event.data["k"] == "op" and event.callee.startswith("Tensor.") and \
        event.callee.removeprefix("Tensor.") in _VALUES


def _is_super(node: Any) -> bool:
    """True for `super()`."""
    return isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host) and \
        node.fields["func"].fields.get("id") == "super"


def _is_property(method: Host) -> bool:
    """True where a method is read like an attribute, and so gets no arguments."""
    names = {n.fields.get("id") or n.fields.get("attr") for d in method.fields["decorator_list"] for n in d.walk()
             if isinstance(n, Host)}
    return bool(names & {"property", "cached_property", "setter"})


def _self_calls(method: Host) -> set[str]:
    """Names of the methods of the same object that a method calls."""
    out: set[str] = set()
    for node in method.walk():
        if isinstance(node, Host) and node.kind == "Call" and isinstance(node.fields["func"], Host):
            func = node.fields["func"]
            if func.kind == "Attribute" and isinstance(func.fields["value"], Host) and \
                    (func.fields["value"].fields.get("id") == "self" or _is_super(func.fields["value"])):
                out.add(func.fields["attr"])
    return out


def _passed(node: Node) -> list[str]:
    """Keywords of a call of host code; keys of a dictionary display."""
    if not isinstance(node, Host):
        return []
    if node.kind == "Dict":
        return [k.fields["value"] for k in node.fields["keys"]
                if isinstance(k, Host) and k.kind == "Constant" and isinstance(k.fields["value"], str)]
    return [k.fields["arg"] for k in node.fields["keywords"] if k.fields["arg"]] if node.kind == "Call" else []


def _constructed(evidence: Evidence, dialect: Any) -> dict[str, dict[str, set[str]]]:
    """Arguments that the framework's layers were constructed with: canonical name → parameter → texts of values."""
    found: dict[str, dict[str, set[str]]] = {}
    for event in (e for events in evidence.new.values() for e in events):
        callee = dialect.canonical(dialect.public(event.callee))
        for entry in registry.lookup(dialect.PREFIX, callee):
            signature = next((s for s in entry.signatures[dialect.PREFIX] if s.callee == callee), None)
            if entry.kind != "layer" or signature is None:
                continue
            names = [p.name for p in signature.params]
            values = {**dict(zip(names, event.data["a"], strict=False)), **event.data["kw"]}
            for name, value in values.items():
                found.setdefault(entry.name, {}).setdefault(name, set()).add(repr(value))
    return found
