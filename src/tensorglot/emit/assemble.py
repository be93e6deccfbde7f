"""Assembling a generated file: body, imports, adapters, wrappers."""

from __future__ import annotations

import ast
import itertools
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ..catalog import registry
from ..catalog.binding import lower_call
from ..catalog.codecs import Decline
from ..diagnostics import Diagnostic, Sink
from ..lower import keep
from ..lower.targets import Target, wrapper_parts
from ..pivot.nodes import Host
from .printer import Printer

ADAPTER_PACKAGE = re.compile(r"^from tensorglot\.frameworks\.\w+\.adapters\.(\w+) import (\w+)(?: as \w+)?\n", re.M)


@cache
def adapter_source(folder: Path, name: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Definitions, imports and needed adapters of one adapter file."""
    text = (folder / f"{name}.py").read_text()
    needed = tuple(m[0] for m in ADAPTER_PACKAGE.findall(text))
    text = ADAPTER_PACKAGE.sub("", text)
    tree = ast.parse(text)
    imports = [ast.get_source_segment(text, n) or "" for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    lines = text.splitlines(keepends=True)
    drop = {i for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom)) or _is_docstring(n, tree)
            for i in range(n.lineno - 1, (n.end_lineno or n.lineno))}
    body = "".join(line for i, line in enumerate(lines) if i not in drop).strip("\n")
    return body + "\n", tuple(imports), needed


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    return node is tree.body[0] and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def adapter_closure(folder: Path, names: list[str]) -> list[str]:
    """The adapters and those they need, needed ones first."""
    out: list[str] = []

    def add(name: str) -> None:
        if name in out:
            return
        for other in adapter_source(folder, name)[2]:
            add(other)
        out.append(name)

    for name in names:
        add(name)
    return out


def adapters_text(folder: Path, names: list[str]) -> tuple[str, list[str], list[str]]:
    """Definitions of the adapters, their imports, and all their names."""
    closure = adapter_closure(folder, names)
    imports: dict[str, None] = {}
    bodies = []
    for name in closure:
        body, needs, _ = adapter_source(folder, name)
        imports.update(dict.fromkeys(needs))
        bodies.append(body)
    return "\n\n".join(bodies), list(imports), closure


def wrappers_text(target: Target, sink: Sink) -> str:
    """Definitions of the generated wrappers; those that cannot be made raise and are reported."""
    out = []
    for name in target.wrappers:
        try:
            params, lowered, accepted = wrapper_parts(target, name)
        except Decline as error:
            out.append(f"def {name}(*args, **kwargs):\n    raise NotImplementedError({str(error)!r})\n")
            target.marked += 1
            sink.add(Diagnostic("TG011", "error", f"{name} is passed as a value, or called with arguments that are not "
                                f"known: {error}", "Write the arguments out.", target.path))
            continue
        func = Host("Name", {"id": target.use(lowered.signature.callee)}, verbatim=False)
        made: Any = lower_call(func, lowered)
        text = Printer("").emit(made) if lowered.signature.template is None else lowered.signature.template
        shown = ", ".join(p if d is None else f"{p}={d}" for p, d in params)
        callee = lowered.signature.callee
        sort = target.wrappers[name][0]
        if target.wants_order(registry.entry(*target.wrappers[name][:2])) and keep.told(lowered, target.dialect) is None:
            if name in target.bases:
                out.append(_refused_base(name, func.fields["id"] if func.kind == "Name" else "object", target, sink))
                continue
            out.append(_in_source_order(name, sort, shown, text, params, target, accepted))
        elif callee.startswith(("layers.", "adapters.")) and sort == "layer":
            base = func.fields["id"] if func.kind == "Name" else ""
            own = {p.name for p in lowered.signature.params}
            out.append(_wrapper_class(name, base, params, made, target, accepted, own))
        else:
            out.append(f"def {name}({shown}):\n{_checks(accepted, 4)}    return {text}\n")
    return "\n\n".join(out)


def _checks(accepted: dict[str, str], indent: int) -> str:
    """Statements that refuse other values than those that parameters may have."""
    lines = []
    for name, value in accepted.items():
        differs = "is not" if value in ("None", "True", "False") else "!="
        lines += [f"if {name} {differs} {value}:", f'    raise NotImplementedError(f"{name}={{{name}}}")']
    return "".join(" " * indent + line + "\n" for line in lines)


def _in_source_order(name: str, sort: str, shown: str, text: str, params: list[tuple[str, str | None]],
                     target: Target, accepted: dict[str, str]) -> str:
    """A function that stands for a layer's class or a function, for tensors in the source's axis order."""
    if sort == "layer":
        made = f"{target.use('adapters.ChannelsFirst')}({text})"
        return f"def {name}({shown}):\n{_checks(accepted, 4)}    return {made}\n"
    last, first = target.use("adapters.channels_last"), target.use("adapters.channels_first")
    operand = params[0][0]
    return f"def {name}({shown}):\n{_checks(accepted, 4)}    {operand} = {last}({operand})\n    return {first}({text})\n"


def _refused_base(name: str, base: str, target: Target, sink: Sink) -> str:
    """A base class whose subclasses can't be made: in the source's axis order it would compute something else."""
    reason = f"{name} has no form for the source's axis order that a class can inherit from"
    target.marked += 1
    sink.add(Diagnostic("TG020", "error", reason, "Give an example that runs it with --model and --input.", target.path))
    return f"class {name}({base}):\n    def __init__(self, *args, **kwargs):\n        " \
           f"raise NotImplementedError({reason!r})\n"


def _wrapper_class(name: str, base: str, params: list[tuple[str, str | None]], made: Host, target: Target,
                   accepted: dict[str, str], own: set[str]) -> str:
    """A subclass of the target's layer with the source's constructor; it keeps the arguments as attributes.

    `accepted` are parameters that may have one value only, `own` those that the target's layer has itself.
    """
    inner = Host("Call", {"func": Host("Name", {"id": "super().__init__"}, verbatim=False), "args": made.fields["args"],
                          "keywords": made.fields["keywords"]}, verbatim=False)
    text = Printer("").emit(inner)
    shown = "".join(f"{p}, " if d is None else f"{p}={d}, " for p, d in params)
    sort, op, variant = target.wrappers[name]
    entry = registry.entry(sort, op)
    source = entry.sources(target.source_dialect.PREFIX)[variant]
    if any(p.kind == "star" and p.expr is None for p in source.params):  # takes anything, uses nothing
        shown = "*args, "
    else:
        text = text[:-1] + (", " if not text.endswith("(") and text[-2] != "(" else "") + "**kwargs)"
    other = {places.get(target.source_dialect.PREFIX) for places in entry.attributes.values()  # computed where read
             if not places.get(target.dialect.PREFIX, "_").isidentifier()}
    other |= own  # the target's layer has attributes of these names
    kept = [f"        self.{p} = {p}\n" for p, _ in params if name in target.bases and
            p not in other and p not in target.dialect.RESERVED and p not in ("bias", "device", "inplace")]
    register = f'@{target.use(target.dialect.SERIALIZABLE)}(package="{target.module}")\n'
    head = f"{register}class {name}({base}):\n    def __init__(self, {shown}**kwargs):\n"
    return f"{head}{_checks(accepted, 8)}        {text}\n" + "".join(kept)


def insert_imports(text: str, statements: list[str], at: int | None, extra: str) -> str:
    """Puts import statements where the first removed import stood, and `extra` definitions after the imports."""
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    bound = {ast.unparse(n) for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))}
    position = min(at, len(lines)) if at is not None else _after_docstring(tree)
    standard, others = import_groups([s for s in dict.fromkeys(statements) if s not in bound])
    ahead = [n.end_lineno or 0 for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))
             and (n.end_lineno or 0) <= position and _is_standard(ast.unparse(n))]
    if ahead and standard:
        lines.insert(ahead[-1], standard)
        position, standard = position + 1, ""
    block = "\n".join(filter(None, [standard, others]))
    if at is None and block:
        block = ("\n" if position else "") + block + "\n"
    lines.insert(position, block)
    text = "".join(lines)
    if not extra:
        return text
    tree = ast.parse(text)
    head = itertools.takewhile(lambda n: not isinstance(n, (ast.ClassDef, ast.FunctionDef)), tree.body)
    end = max((n.end_lineno or 0 for n in head if isinstance(n, (ast.Import, ast.ImportFrom))), default=0)
    lines = text.splitlines(keepends=True)
    rest = "".join(lines[end:]).lstrip("\n")
    return "".join(lines[:end]) + "\n\n" + extra.strip("\n") + "\n\n\n" + rest


def import_groups(statements: list[str]) -> tuple[str, str]:
    """Import statements in order: those from the standard library, and the others."""
    groups: tuple[list[str], list[str]] = ([], [])
    for statement in _merged(statements):
        groups[not _is_standard(statement)].append(statement + "\n")
    return "".join(groups[0]), "".join(groups[1])


def _is_standard(statement: str) -> bool:
    """True for an import from Python's standard library."""
    return statement.split()[1].split(".")[0] in sys.stdlib_module_names - {"__future__"}


def _merged(statements: list[str]) -> list[str]:
    """Import statements in order, those from one module joined."""
    plain = sorted(s for s in statements if not s.startswith("from"))
    names: dict[str, list[str]] = {}
    for statement in statements:
        if statement.startswith("from"):
            module, _, what = statement[5:].partition(" import ")
            names.setdefault(module, []).extend(what.split(", "))
    return plain + [f"from {m} import {', '.join(sorted(set(w)))}" for m, w in sorted(names.items())]


def _after_docstring(tree: ast.Module) -> int:
    position = 0
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and position == 0:
            position = node.end_lineno or 0
        elif isinstance(node, ast.ImportFrom) and node.module == "__future__":
            position = node.end_lineno or 0
        else:
            break
    return position


