"""Lifting: host trees → pivot, by names, evidence and the catalog."""

from __future__ import annotations

from typing import Any

from ..catalog import registry
from ..diagnostics import Diagnostic, Sink
from ..pivot.classes import Classes
from ..pivot.nodes import File, Host, Idiom, Marked, Node, Op, Program, Ref, from_ast
from ..source.names import Names, add_import
from ..source.project import Project, SourceFile
from .classes import find_classes
from .constructs import Constructs
from .evidence import Evidence, has_tensor, is_host_item
from .host import is_getattr
from .matching import augmented
from .scope import Scope, bound_names, parameters
from .types import Types
from .unreached import Branches, Unreached

_COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")


def lift(project: Project, source: str, dialect: Any, evidence: Evidence, sink: Sink) -> Program:
    """Lifts every file of a project; diagnostics go to `sink`."""
    names = Names(project)
    classes = find_classes(project, names, dialect)
    unreached = Unreached(names, dialect)
    returns: dict[str, str] = {}
    program = Program(source, {}, package=project.package, packages=sorted(project.packages))
    for module, file in project.files.items():
        tree = from_ast(file.tree, file.span)
        lifter = Lifter(file, names, classes, dialect, evidence, sink, unreached, returns)
        program.files[module] = File(module, file.path, lifter.visit(tree), file.text,
                                     dict(names.symbols(module).imports), file.cuts)
        _left_out(file, sink)
    program.facts = evidence
    program.classes = classes
    return program


def _left_out(file: SourceFile, sink: Sink) -> None:
    """Tells what of a file that was not named is not migrated."""
    for names, why in ((file.left_out, "not needed by what was named, and left out"),
                       (file.raising, "not run by an example; their bodies raise")):
        if names:
            shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
            sink.add(Diagnostic("TG060", "info", f"{shown} of {file.module}: {why}",
                                "Name the file on the command line to migrate it whole.", file.path))


class Lifter(Constructs, Branches, Types):
    """Lifts one file."""

    def __init__(self, file: SourceFile, names: Names, classes: Classes, dialect: Any, evidence: Evidence, sink: Sink,
                 unreached: Unreached, returns: dict[str, str]):
        self.file = file
        self.module = file.module
        self.names = names
        self.classes = classes
        self.dialect = dialect
        self.evidence = evidence
        self.sink = sink
        self.unreached = unreached
        #: What functions give that were lifted before and that no example ran: types by `pkg.mod:Class.name`.
        self.returns = returns
        self.scopes: list[Scope] = [Scope("module", "")]
        #: How many branches that no example entered are around what is lifted.
        self.cold_branches = 0
        #: True within the arguments of `isinstance`, where classes of tensors are no dtypes.
        self.in_type_test = False

    # -- scopes ---------------------------------------------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        return self.scopes[-1]

    @property
    def function(self) -> Scope:
        """The innermost function scope, or the module's."""
        return next((s for s in reversed(self.scopes) if s.kind in ("function", "module")), self.scopes[0])

    @property
    def factories(self) -> dict[str, Node]:
        """Dictionaries of factory arguments by name, those of functions around included."""
        return {name: value for scope in self.scopes for name, value in scope.factories.items()}

    @property
    def owner(self) -> str | None:
        """Key of the class whose method is being lifted."""
        return next((s.owner for s in reversed(self.scopes) if s.owner), None)

    def origin(self, node: Node) -> str | None:
        """Dotted origin of a name or attribute chain that starts at an imported or module-level name."""
        parts: list[str] = []
        while isinstance(node, Host) and (node.kind == "Attribute" or is_getattr(node)):
            called = node.kind == "Call"
            parts.insert(0, node.fields["args"][1].fields["value"] if called else node.fields["attr"])
            node = node.fields["args"][0] if called else node.fields["value"]
        if not (isinstance(node, Host) and node.kind == "Name"):
            return None
        head = node.fields["id"]
        for scope in reversed(self.scopes[1:]):
            if head in scope.imports.imports:
                imported = ".".join([scope.imports.imports[head], *parts])
                return self.names._origin(imported, frozenset()) or imported
            if head in scope.bound and scope.kind != "class":
                return None
        dotted = self.names.dotted(self.module, [head, *parts])
        return self.dialect.public(dotted) if dotted else None

    def in_framework(self, dotted: str | None) -> bool:
        """True for names of the source framework that the project itself does not define."""
        return dotted is not None and dotted != "" and ":" not in dotted and \
            dotted.split(".")[0] in self.dialect.PACKAGES

    def report(self, node: Node, code: str, message: str, remedy: str = "", severity: str = "error") -> None:
        """Adds a diagnostic at a node."""
        start, end = node.span or (0, 0)
        line, col = self.file.position(start)
        end_line, end_col = self.file.position(end)
        self.sink.add(Diagnostic(code, severity, message, remedy, self.file.path, line, col, self.file.line(line),
                                 end_col if end_line == line else 0))

    def mark(self, node: Node, code: str, reason: str, remedy: str = "") -> Marked:
        """Marks a construct that cannot be migrated and reports it."""
        self.report(node, code, reason, remedy)
        return Marked(code, reason, node, site=node.site, span=node.span, verbatim=False)

    # -- traversal ------------------------------------------------------------------------------------------------

    def visit(self, node: Any) -> Any:
        """Lifts a node and everything below it."""
        if isinstance(node, list):
            return [self.visit(n) for n in node]
        if not isinstance(node, Host):
            return node
        method = getattr(self, f"visit_{node.kind}", None)
        return method(node) if method else self.generic(node)

    def generic(self, node: Host) -> Host:
        """Lifts the children of a host node."""
        fields = {k: self.visit(v) if isinstance(v, (list, Node)) else v for k, v in node.fields.items()}
        return Host(node.kind, fields, node.role, site=node.site, span=node.span)

    def visit_Import(self, node: Host) -> Node:
        return self.local_import(node)

    visit_ImportFrom = visit_Import

    def local_import(self, node: Host) -> Node:
        if len(self.scopes) > 1:
            from ..pivot.nodes import to_ast
            add_import(self.file, to_ast(node), self.scope.imports)  # type: ignore[arg-type]
        return node

    def visit_ClassDef(self, node: Host) -> Node:
        prefix = self.scope.name + "." if self.scope.name else ""
        qualname = prefix + node.fields["name"]
        if self.scope.kind == "function":
            qualname = self.scope.name + ".<locals>." + node.fields["name"]
        key = f"{self.module}:{qualname}"
        info = self.classes.get(key)
        fields = dict(node.fields)
        fields["decorator_list"] = self.decorators(node.fields["decorator_list"])
        fields["bases"] = [self.visit_base(b) for b in node.fields["bases"]]
        fields["keywords"] = self.visit(node.fields["keywords"])
        self.scopes.append(Scope("class", qualname, owner=key))
        methods = [s for s in node.fields["body"] if isinstance(s, Host) and s.kind == "FunctionDef"]
        order = sorted(range(len(node.fields["body"])), key=lambda i: (
            0 if node.fields["body"][i] in methods and node.fields["body"][i].fields["name"] == "__init__" else 1, i))
        body: dict[int, Any] = {i: self.visit(node.fields["body"][i]) for i in order}
        fields["body"] = [body[i] for i in range(len(body))]
        self.scopes.pop()
        return Host("ClassDef", fields, info.role if info else None, site=node.site, span=node.span)

    def visit_base(self, node: Node) -> Node:
        """A base class: framework bases become type or layer references."""
        dotted = self.origin(node)
        if self.in_framework(dotted):
            role = self.dialect.BASES.get(dotted)
            if role:
                whole = int(self.dialect.public(dotted) == self.dialect.MODEL)
                return Ref("type", role, variant=whole, site=node.site, span=node.span, verbatim=False)
        return self.visit(node)

    def decorators(self, nodes: list[Host]) -> list[Node]:
        """Decorators; those of the framework become idioms, which targets may leave out."""
        kept: list[Node] = []
        for node in nodes:
            target = node.fields["func"] if node.kind == "Call" else node
            dotted = self.origin(target)
            if self.in_framework(dotted):
                idiom = self.dialect.IDIOMS.get(dotted)
                kept.append(Idiom(idiom or "decorator", {"args": [], "keywords": {}}, site=node.site, span=node.span,
                                  verbatim=False))
                if idiom not in ("identity", "no_grad", "enable_grad", "overload", "nothing"):
                    self.report(node, "TG013", f"decorator {dotted} is not supported and was dropped",
                                "Check that the function means the same without it.", "warning")
                continue
            kept.append(self.visit(node))
        return kept

    def visit_FunctionDef(self, node: Host) -> Node:
        prefix = self.scope.name + "." if self.scope.kind == "class" else \
            self.scope.name + ".<locals>." if self.scope.name else ""
        qualname = prefix + node.fields["name"]
        owner = self.scope.owner if self.scope.kind == "class" else None
        info = self.classes.get(owner)
        role = None
        if info is not None and info.role is not None:
            role = {"__init__": "init", self.dialect.FORWARD: "forward"}.get(node.fields["name"])
        fields = dict(node.fields)
        fields["decorator_list"] = self.decorators(node.fields["decorator_list"])
        fields["returns"] = self.annotation(node.fields.get("returns"))
        args = dict(node.fields["args"].fields)
        for group in ("defaults", "kw_defaults"):
            args[group] = self.visit(args[group])
        for group in ("posonlyargs", "args", "kwonlyargs"):
            args[group] = [self.parameter(p) for p in args[group]]
        for group in ("vararg", "kwarg"):
            args[group] = self.parameter(args[group]) if args.get(group) else None
        fields["args"] = Host("arguments", args, site=node.fields["args"].site)
        scope = Scope("function", qualname, bound_names(node), owner=owner or None)
        first = parameters(node)[:1]
        kinds = {d.fields["id"] for d in node.fields["decorator_list"] if isinstance(d, Host) and d.kind == "Name"}
        scope.self_name = first[0].fields["arg"] if owner and first and "staticmethod" not in kinds else None
        scope.of_class = "classmethod" in kinds
        scope.cold = self.evidence.ran and not self.evidence.is_hot(f"{self.module}:{qualname}")
        self.parameter_types(node, scope, role)
        self.scopes.append(scope)
        fields["body"] = self.function_body(node, f"{self.module}:{qualname}")
        self.note_returned(scope, node.fields.get("returns"))
        self.scopes.pop()
        return Host(node.kind, fields, role, site=node.site, span=node.span)

    visit_AsyncFunctionDef = visit_FunctionDef

    def parameter(self, node: Host) -> Host:
        fields = dict(node.fields)
        fields["annotation"] = self.annotation(node.fields.get("annotation"))
        return Host("arg", fields, site=node.site, span=node.span)

    def visit_Lambda(self, node: Host) -> Node:
        self.scopes.append(Scope("lambda", self.function.name, bound_names(node)))
        out = self.generic(node)
        self.scopes.pop()
        return out

    def comprehension(self, node: Host) -> Node:
        bound: set[str] = set()
        for generator in node.fields["generators"]:
            bound |= {n.fields["id"] for n in generator.fields["target"].walk()
                      if isinstance(n, Host) and n.kind == "Name"}
        self.scopes.append(Scope("comprehension", self.function.name, bound))
        fields = dict(node.fields)
        fields["generators"] = self.visit(node.fields["generators"])
        for key in ("elt", "key", "value"):
            if key in fields:
                fields[key] = self.visit(fields[key])
        self.scopes.pop()
        return Host(node.kind, fields, site=node.site, span=node.span)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_Expr(self, node: Host) -> Node:
        """`trunc_normal_(layer.weight, ...)` by a function of the project: it fills a tensor in place, as its name says."""
        value = node.fields["value"]
        if isinstance(value, Host) and value.kind == "Call" and value.fields["args"]:
            module, _, name = (self.origin(value.fields["func"]) or "").partition(":")
            tensor = value.fields["args"][0]
            if self.dialect.INITIALISERS and name.endswith("_") and not name.endswith("__") and \
                    self.is_attribute_read(tensor) and module in self.names.project.files:
                canonical = self.dialect.INITIALISERS + name
                args, keywords = self.arguments(value)
                filled = self.initialisation(value, canonical, registry.lookup(self.dialect.PREFIX, canonical), args,
                                             keywords)
                return Host("Expr", {"value": filled}, site=node.site, span=node.span)
        return self.generic(node)

    def is_attribute_read(self, node: Node) -> bool:
        """True for an attribute of anything, and for `getattr(self, …)`."""
        return isinstance(node, Host) and (node.kind == "Attribute" or node.kind == "Call" and isinstance(
            node.fields["func"], Host) and node.fields["func"].fields.get("id") == "getattr" and
            bool(node.fields["args"]) and self.is_self(node.fields["args"][0]))

    # -- annotations ----------------------------------------------------------------------------------------------

    def annotation(self, node: Any) -> Any:
        """A type annotation: framework types become references."""
        if not isinstance(node, Host):
            return node
        dotted = self.origin(node)
        if dotted is not None and self.in_framework(dotted):
            sort = self.dialect.TYPES.get(dotted)
            held = self.instances_of(self.dialect.canonical(dotted))
            if held:
                return self.named(held[0], self.dialect.canonical(dotted), site=node.site, span=node.span, verbatim=False)
            if sort is None and self.dialect.is_layer(dotted):
                return Ref("layer_type", self.layer_entries(dotted)[0].name, site=node.site, span=node.span, verbatim=False)
            return Ref("type", sort or "object", site=node.site, span=node.span, verbatim=False)
        if node.kind == "Subscript":
            dotted = self.origin(node.fields["value"])
            if dotted is not None and self.in_framework(dotted) and dotted not in self.dialect.TYPES:
                kw: dict[str, Any] = {"site": node.site, "span": node.span, "verbatim": False}
                return Idiom("default", {"value": self.annotation(node.fields["slice"])}, **kw) \
                    if dotted.endswith(".Final") else Ref("type", "object", **kw)
        fields = {k: [self.annotation(x) for x in v] if isinstance(v, list) else
                  self.annotation(v) if isinstance(v, Node) else v for k, v in node.fields.items()}
        return Host(node.kind, fields, site=node.site, span=node.span)

    def visit_AnnAssign(self, node: Host) -> Node:
        value = self.visit(node.fields["value"]) if node.fields.get("value") else None
        fields = {**node.fields, "annotation": self.annotation(node.fields["annotation"]), "value": value,
                  "target": self.visit(node.fields["target"])}
        if value is not None:
            self.assigned(node.fields["target"], value)
        return Host("AnnAssign", fields, site=node.site, span=node.span)

    # -- statements that say what names hold ----------------------------------------------------------------------

    def visit_Assign(self, node: Host) -> Node:
        target = node.fields["targets"][0]
        if len(node.fields["targets"]) == 1 and isinstance(target, Host) and target.kind == "Subscript":
            done = self.item_assignment(node, target)
            if done is not None:
                return done
        tied = self.tied_weights(node, target)
        if tied is not None:
            return tied
        unpacks = isinstance(target, Host) and target.kind in ("Tuple", "List") and len(node.fields["targets"]) == 1
        value = self.iterated(node.fields["value"]) if unpacks else self.visit(node.fields["value"])
        for t in node.fields["targets"]:
            self.assigned(t, value)
            self.held_activation(t, value)
        fields = {"targets": [self.visit_target(t) for t in node.fields["targets"]], "value": value}
        return Host("Assign", fields, site=node.site, span=node.span)

    def visit_AugAssign(self, node: Host) -> Node:
        """`x[i] += v` on a tensor is an assignment to a part; else as it stands."""
        target = node.fields["target"]
        if isinstance(target, Host) and target.kind == "Subscript" and any(
                e.callee == "operator.setitem" and not is_host_item(e)
                for e in self.evidence.events(self.module, target.site, "op")):
            part = self.visit(target)
            value = augmented(node, part, self.visit(node.fields["value"]),
                              self.evidence.events(self.module, node.site, "op"), self.dialect)
            x, index = self.visit(target.fields["value"]), self.visit(target.fields["slice"])
            op = Op("setitem", {"x": x, "index": index, "value": value}, ["x", "index", "value"], "inplace",
                    site=target.site, span=node.span, verbatim=False)
            return Host("Expr", {"value": op}, site=node.site, span=node.span, verbatim=False)
        return self.generic(node)

    def visit_target(self, node: Node) -> Node:
        """An assignment target: names stay, subscript indices are lifted."""
        return self.generic(node) if isinstance(node, Host) and node.kind in ("Tuple", "List", "Starred") else \
            self.visit(node) if isinstance(node, Host) and node.kind == "Subscript" else node

    def is_self(self, node: Node) -> bool:
        """True for the `self` of the method being lifted."""
        name = next((s.self_name for s in reversed(self.scopes) if s.self_name), None)
        return isinstance(node, Host) and node.kind == "Name" and node.fields["id"] == name

    def has_tensor(self, node: Host) -> bool:
        """True where evidence saw a tensor come out of the node."""
        return any(has_tensor(e.data.get("o")) for e in self.evidence.events(self.module, node.site))
