"""The passes in order: project → facts → lift → infer → lower → emit."""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .catalog import registry
from .diagnostics import Diagnostic, Sink, TensorglotError
from .emit import assemble
from .emit.check import disagreement, parses
from .emit.printer import Printer, comments
from .emit.wrap import wrapped
from .frameworks import dialects
from .infer.layouts import Layouts, infer
from .lift.evidence import Evidence, index
from .lift.lifter import lift
from .lower.context import Context
from .lower.engine import Lowerer
from .lower.same import SameFramework
from .lower.targets import Target
from .pivot import edits
from .pivot.nodes import Block, File, Host, Node, Program, uncut
from .source import project as projects
from .source.project import Project, SourceFile, imported_modules
from .source.shake import shake

#: Passes print and splice trees as deep as the source nests.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))

_AXIS_COMMENT = re.compile(r"#.*(\bNCHW\b|\bN,\s*C\b|\b[Bb],\s*[Cc],\s*[Hh],\s*[Ww]\b|\bchannels?[- ]first\b)")

#: Comments for tools, which concern the source's text only.
_PRAGMA = re.compile(r"#\s*(noqa|type:\s*ignore|pylint|pyright|fmt|mypy|pragma)")


#: Diagnostics of what the pivot does not know: of no concern to output in the source's own framework, where it stays.
_UNKNOWN = frozenset({"TG010", "TG011", "TG013", "TG014", "TG020", "TG032"})


@dataclass
class Result:
    """What a migration made: see `api.Migration`, which adds what concerns the user."""

    files: dict[str, str]
    plan: dict[str, Any]
    diagnostics: list[Diagnostic]
    pivot: Program
    facts: Any = None
    stats: dict[str, Any] = field(default_factory=dict)
    interface: dict[str, Any] = field(default_factory=dict)
    examples: list[Any] = field(default_factory=list)


def open_project(given: str | list[Path]) -> Project:
    """The project of a text or of paths."""
    return projects.from_text(given) if isinstance(given, str) else projects.from_paths(given)


def source_framework(project: Project, source: str) -> str:
    """The framework to migrate from; raises `TensorglotError` where it is unknown or cannot be told."""
    if source != "auto":
        if source not in dialects.NAMES:
            raise TensorglotError(f"unknown framework {source!r}", code="TG002",
                                  remedy=f"--from takes auto, {', '.join(dialects.NAMES)}.")
        return source
    chosen = [project.files[m].tree for m in project.selected if m in project.files]
    found = dialects.detect(chosen) or _detected_in_imports(project)
    if found is None:
        raise TensorglotError("no code of a known framework was found", code="TG001",
                              path=next(iter(project.files.values())).path if project.files else "",
                              remedy="Name a file that imports torch, or say the framework with --from.")
    return found


def _detected_in_imports(project: Project) -> str | None:
    """The framework of the nearest project files that the chosen ones import and that import one."""
    project = replace(project, files=dict(project.files))  # what is only looked at here is not migrated
    seen, near = set(project.selected), list(project.selected)
    while near:
        found = dialects.detect([f.tree for f in map(project.load, near) if f is not None])
        if found is not None:
            return found
        reached = [m for name in near if name in project.files for m in imported_modules(project.files[name])]
        near = [m for m in dict.fromkeys(reached) if m not in seen and project.locate(m) is not None]
        seen |= set(near)
    return None


def collect_facts(project: Project, examples: list[Any], framework: str, given: str | list[Path],
                  progress: Callable[[str], None], sink: Sink) -> Any:
    """Runs the examples in a child process; failures become diagnostics."""
    from . import facts

    if isinstance(given, str):
        with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder:
            (Path(folder) / "source.py").write_text(given, encoding="utf-8")
            tape = facts.collect(Path(folder), project.selected, examples, framework=framework, progress=progress)
    else:
        tape = facts.collect(project.root, project.selected, examples, framework=framework, progress=progress)
    for diagnostic in tape.diagnostics():
        sink.add(diagnostic)
    return tape


def lifted(given: str | list[Path], *, source: str, to: str, examples: list[Any], run: bool, sink: Sink,
           progress: Callable[[str], None]) -> tuple[Program, Any, Any]:
    """Pivot, tape and evidence; to the framework it is written in, a program is taken whole."""
    project = open_project(given)
    framework = source_framework(project, source)
    dialect = dialects.get(framework)
    examples = [_in_project(e, project) for e in examples]
    progress("running examples" if run else "reading")
    tape = collect_facts(project, examples, framework, given, progress, sink) if run else None
    evidence = index(tape, getattr(dialect, "FORWARD", "forward"))
    shake(project, dialect.PACKAGES, evidence.is_hot if evidence.ran else None,
          lambda name: bool(registry.lookup(framework, f"Tensor.{name}")), all_of_it=to == framework)
    progress("lifting")
    program = lift(project, framework, dialect, evidence, sink)
    return program, tape, evidence


def _in_project(example: Any, project: Project) -> Any:
    """The example with its module filled in and made absolute."""
    module = example.module or project.selected[0]
    if module not in project.files and project.locate(module) is None:
        ends = [m for m in project.files if m.split(".")[-1] == module or m.endswith("." + module)]
        if not ends:
            raise TensorglotError(f"there is no module {module!r} in the project", code="TG002",
                                  remedy="Write --model MODULE:EXPR with a module of the project.")
        # `resnet` is pkg.resnet, not pkg.quantization.resnet
        module = min(ends, key=lambda m: (m not in project.selected, m.count(".")))
    return replace(example, module=module)


def migrate_project(given: str | list[Path], *, to: str, source: str = "auto", examples: list[Any] | None = None,
                    run: bool = True, layout: str = "native", faithful_init: bool = False,
                    exact_training: bool = False, sink: Sink | None = None,
                    progress: Callable[[str], None] = lambda text: None) -> Result:
    """Migrates a text or paths. Raises `TensorglotError` where nothing can be made."""
    sink = sink if sink is not None else Sink()
    if to not in dialects.NAMES:
        raise TensorglotError(f"unknown framework {to!r}", code="TG002", remedy=f"--to takes {', '.join(dialects.NAMES)}.")
    program, tape, evidence = lifted(given, source=source, to=to, examples=list(examples or ()), run=run, sink=sink,
                                     progress=progress)
    result = generated(program, evidence, to=to, layout=layout, sink=sink, progress=progress)
    result.facts = tape
    result.examples = tape.examples if tape is not None else []
    return result


def generate(program: Program, *, to: str, layout: str = "native", faithful_init: bool = False,
             exact_training: bool = False, sink: Sink | None = None) -> Result:
    """Code from a saved pivot (`pivot.json.loads`): neither the source's text nor its framework is needed.

    Raises `TensorglotError` where the framework to write, or that of the pivot, is unknown.
    """
    for name in (to, program.source):
        if name not in dialects.NAMES:
            raise TensorglotError(f"unknown framework {name!r}", code="TG002",
                                  remedy=f"Known are {', '.join(dialects.NAMES)}.")
    edits.complete(program)
    tape = program.facts
    evidence = index(tape, dialects.get(program.source).FORWARD)
    program.facts = evidence
    result = generated(program, evidence, to=to, layout=layout, sink=sink if sink is not None else Sink())
    result.facts = tape
    result.examples = tape.examples if tape is not None else []
    return result


def generated(program: Program, evidence: Evidence, *, to: str, layout: str, sink: Sink,
              progress: Callable[[str], None] = lambda text: None) -> Result:
    """The passes after lifting."""
    source_dialect, target_dialect = dialects.get(program.source), dialects.get(to)
    _supported(program, target_dialect, sink)
    progress("axis orders")
    program.layouts = infer(program, evidence, source_dialect, layout) if to != program.source else Layouts()
    progress("generating")
    result = generate_files(program, program.layouts, evidence, source_dialect, target_dialect, sink)
    if to == program.source:
        sink.items[:] = result.diagnostics = [d for d in result.diagnostics if d.code not in _UNKNOWN]
    return result


def _supported(program: Program, target: Any, sink: Sink) -> None:
    """Raises `TensorglotError` for a target that nothing but its own programs is written in so far; tells of sources
    whose migrations can't be compared with them."""
    if target.PREFIX == program.source:
        return
    if not target.WRITTEN:
        raise TensorglotError(f"no code of another framework is migrated to {target.PREFIX} yet", code="TG002",
                              remedy="Migrate to keras or tensorflow.")
    if not dialects.get(program.source).VERIFIED:
        sink.add(Diagnostic("TG050", "warning", f"migrations of {program.source} programs can't be verified yet",
                            "Compare both programs before you use the output."))


def generate_files(program: Program, layouts: Layouts, evidence: Evidence, source_dialect: Any, target_dialect: Any,
                   sink: Sink) -> Result:
    """Lowers and prints every file."""
    context = Context(program, program.classes, evidence, target_dialect, source_dialect)
    files: dict[str, str] = {}
    targets: dict[str, Target] = {}
    single = len(program.files) == 1
    for module, file in program.files.items():
        source = _source_of(file)
        taken, defined = _bound(file.body)
        target = Target(target_dialect, source_dialect, taken, file.imports, defined)
        target.module, target.path = module, file.path
        target.passed, target.seen = context.passed, context.seen
        targets[file.path] = target
        default = SameFramework if target_dialect is source_dialect else Lowerer
        lowerer = dialects.lowerer(target_dialect.PREFIX, default)(program, file, source, layouts, target, sink, context)
        body = lowerer.generic(file.body)
        body.span = None
        text = _printed(file, body, sink)
        if text != _STUB.format(module=module):
            text = wrapped(_finished(text, _import_line(text, file, body), target, single, module, sink), file.text)
        files[file.path] = text
        if source is not None and target_dialect is not source_dialect:
            _axis_comments(source, file, sink)
    if not single:
        _shared_adapters(files, targets, target_dialect, program)
    for package in program.packages:
        files.setdefault(package.replace(".", "/") + "/__init__.py", "")
    _kept_order(targets, layouts, evidence, sink)
    plan = _plan(program, layouts, context, target_dialect, sink)
    stats = _stats(program, files, targets, layouts)
    return Result(files, plan, list(sink.items), program, None, stats, layouts.interface)


def _printed(file: File, body: Host, sink: Sink) -> str:
    """Text of a file: spliced into the source's, or, where that went wrong, printed without it."""
    text = Printer(file.text, file.cuts).module(body)
    if text == file.text:
        return text
    wrong = disagreement(text, body)
    if wrong is None:
        return text
    plain = Printer("").module(body)
    if parses(plain):
        sink.add(Diagnostic("TG035", "info", f"the file was printed anew, without its comments: the edited text {wrong}",
                            "Report the file; the code itself is right.", file.path))
        return plain
    if parses(text):
        sink.add(Diagnostic("TG035", "warning", "the edited text could not be compared with the code that it should be",
                            "Report the file, and read its changes.", file.path))
        return text
    sink.add(Diagnostic("TG000", "error", f"no code could be written for {file.module}; a stub stands for it",
                        "Report the file.", file.path))
    return _STUB.format(module=file.module)


def _source_of(file: File) -> SourceFile | None:
    """The text of a file, for positions in it; None where the pivot holds no text."""
    return SourceFile(file.module, file.path, file.text, ast.Module([], [])) if file.text else None


def _bound(body: Host) -> tuple[set[str], set[str]]:
    """Names that the file binds anywhere, and its own definitions."""
    taken: set[str] = set()
    for node in body.walk():
        if isinstance(node, Host):
            if node.kind == "arg":
                taken.add(node.fields["arg"])
            elif node.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
                taken.add(node.fields["name"])
            else:
                from .lift.scope import targets as bound_by
                taken |= bound_by(node)
    defined = {s.fields["name"] for s in body.fields["body"]
               if isinstance(s, Host) and s.kind in ("FunctionDef", "ClassDef")}
    return taken, defined


def _finished(text: str, at: int | None, target: Target, single: bool, module: str, sink: Sink) -> str:
    """A file with its imports, wrappers and (for a program of one file) adapters."""
    wrappers = assemble.wrappers_text(target, sink)
    extra = []
    imports = list(target.imports)
    if target.adapters and single:
        adapters, needs, _ = assemble.adapters_text(target.dialect.ADAPTERS, list(target.adapters))
        imports = list(target.imports) + needs
        extra.append(adapters)
        extra.append("\n".join(f"{alias} = {name}" for name, alias in sorted(target.aliases.items())))
    if wrappers:
        extra.append(wrappers)
        imports = list(dict.fromkeys([*target.imports, *imports]))
    if not imports and not extra and not target.adapters:
        return text
    if target.adapters and not single:
        extra.insert(0, "")
        imports.append(f"from {_adapter_module(module)} import {_adapter_names(target)}")
    return assemble.insert_imports(text, imports, at, "\n\n\n".join(e.strip("\n") for e in extra if e))


def _adapter_names(target: Target) -> str:
    """The adapters that a file imports, under the names that it gives them."""
    return ", ".join(f"{n} as {target.aliases[n]}" if n in target.aliases else n for n in sorted(target.adapters))


def _import_line(text: str, file: File, lowered: Host) -> int | None:
    """Line before which new imports go: that of the first import of the source that is changed or gone; None where
    none is. The source's line where the text is kept, else found by counting statements."""
    count = 0
    for before, after in zip(file.body.fields["body"], lowered.fields["body"], strict=True):
        if before.kind in ("Import", "ImportFrom") and after is not before:
            if file.text and before.span is not None:
                return uncut(file.text, file.cuts, 0, before.span[0]).count("\n")
            return (ast.parse(text).body[count - 1].end_lineno or 0) if count else 0
        count += _length(after)
    return None


def _length(node: Node) -> int:
    """Number of statements that a node stands for."""
    return sum(_length(s) for s in node.body) if isinstance(node, Block) else 1


def _adapter_module(module: str) -> str:
    return f"{module.split('.')[0]}._adapters" if "." in module else "_adapters"


def _shared_adapters(files: dict[str, str], targets: dict[str, Target], dialect: Any, program: Program) -> None:
    """One module with all adapters of a project of several files."""
    used = list(dict.fromkeys(a for t in targets.values() for a in t.adapters))
    if not used:
        return
    text, imports, _ = assemble.adapters_text(dialect.ADAPTERS, used)
    header = "\n".join(['"""Layers and functions that the framework lacks."""\n',
                        *filter(None, assemble.import_groups(imports))]) + "\n\n"
    prefix = f"{program.package}/" if program.package else ""
    files[f"{prefix}_adapters.py"] = header + text


_STUB = '''"""Stands for {module}, for which no code could be written."""

raise NotImplementedError("{module} was not migrated")
'''


def _kept_order(targets: dict[str, Target], layouts: Layouts, evidence: Evidence, sink: Sink) -> None:
    """Tells where layers work in the source's axis order."""
    why = "as --layout keep asks" if layouts.asked else \
        "no example ran a layer that has an axis order of its own" if evidence.ran else "nothing was run"
    for path, target in targets.items():
        if target.kept:
            sink.add(Diagnostic("TG024", "info", f"the source's axis order (channels first) is kept: {why}",
                                "" if layouts.asked else "Give an example with --model and --input for code in the "
                                "target's own order.", path))


def _axis_comments(source: SourceFile, file: File, sink: Sink) -> None:
    for line, text in source.comments():
        if any(start <= source.offset(line, 0) < end for start, end in file.cuts):
            continue
        if _AXIS_COMMENT.search(text):
            sink.add(Diagnostic("TG030", "info", "this comment speaks of the source's axis order",
                                "Check it against the migrated code.", source.path, line, 0, source.line(line)))


def _plan(program: Program, layouts: Layouts, context: Context, dialect: Any, sink: Sink) -> dict[str, Any]:
    """The weight plan (docs/architecture.md, "Weight plan")."""
    classes: dict[str, dict[str, Any]] = {}

    def of(key: str) -> dict[str, Any]:
        return classes.setdefault(key.partition(":")[2] or dialects.get(program.source).canonical(key), {})

    for key, renames in context.renames.items():
        of(key)["attributes"] = dict(renames)
        sink.add(Diagnostic("TG031", "info", f"{', '.join(renames)} of {key.split(':')[1]} got a trailing underscore: "
                            "the target's base class reserves the name", "", program.files[key.split(':')[0]].path))
    for key, parameters in layouts.parameters.items():
        of(key)["parameters"] = {a: {"permute": p} for a, p in sorted(parameters.items())}
    for key, rows in layouts.rows.items():
        of(key)["rows"] = dict(sorted(rows.items()))
    for key, columns in layouts.columns.items():
        of(key)["columns"] = dict(sorted(columns.items()))
    return {"version": 1, "source": program.source, "target": dialect.PREFIX,
            "classes": dict(sorted(classes.items())), "interface": layouts.interface}


def _stats(program: Program, files: dict[str, str], targets: dict[str, Target], layouts: Layouts) -> dict[str, Any]:
    """Figures of the report."""
    from .pivot.nodes import Canonical, Marked

    sites = marked = kept = total = adapter_lines = 0
    source_lines = target_lines = 0
    for file in program.files.values():
        for node in file.body.walk():
            sites += isinstance(node, (Canonical, Marked))
        before = [c for c in comments(file.kept()) if not _PRAGMA.match(c)]
        after = comments(files.get(file.path, ""))
        total += len(before)
        left = list(after)
        for comment in before:
            if comment in left:
                left.remove(comment)
                kept += 1
        source_lines += file.kept().count("\n")
        target_lines += files.get(file.path, "").count("\n")
    single = len(program.files) == 1
    for target in targets.values():
        if target.adapters and single:
            adapter_lines += assemble.adapters_text(target.dialect.ADAPTERS, list(target.adapters))[0].count("\n") + 2
    if not single:
        adapter_lines += sum(text.count("\n") for path, text in files.items() if path.endswith("_adapters.py"))
    marked = sum(t.marked for t in targets.values())
    own = target_lines - (adapter_lines if single else 0)
    return {"sites": sites, "marked": marked, "comments": total, "comments_kept": kept, "source_lines": source_lines,
            "target_lines": own, "adapter_lines": adapter_lines,
            "transposes": sum(t.transposes for t in targets.values()),
            "layout": "kept" if any(t.kept for t in targets.values()) else "native"}


def inspect_project(given: str | list[Path], *, after: str, to: str, examples: list[Any], source: str, run: bool,
                    layout: str, sink: Sink, progress: Callable[[str], None]) -> Program:
    """The pivot as it stands after a pass."""
    program, _, evidence = lifted(given, source=source, to=to, examples=examples, run=run, sink=sink,
                                  progress=progress)
    if after in ("lift", "facts"):
        return program
    program.layouts = infer(program, evidence, dialects.get(program.source), layout)
    if after == "lower":
        context = Context(program, program.classes, evidence, dialects.get(to), dialects.get(program.source))
        for file in program.files.values():
            taken, defined = _bound(file.body)
            target = Target(dialects.get(to), dialects.get(program.source), taken, file.imports, defined)
            lowerer = dialects.lowerer(to, Lowerer)(program, file, _source_of(file), program.layouts, target, sink, context)
            file.body = lowerer.generic(file.body)
    return program
