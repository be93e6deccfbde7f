"""Migrates a case, measures the text, and says what is to be verified."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorglot
from tensorglot.verify.cases import Case as Check

from .cases import ROOT, Case, Example
from .metrics import adapter_names, compare
from .row import Row, fault, module_of

BUILD = ROOT / "build" / "demo"
#: Keras backends on which the Keras output is run besides TensorFlow.
OTHER_BACKENDS = ("torch", "jax")
#: What a file says of itself that only stands for one of the source's.
_STUB = "which holds no code that a model runs and was not migrated"


@dataclass
class Migrated:
    """A row with its text figures filled in, and the verifications that fill in the rest."""

    row: Row
    checks: list[Check]


def migrate_case(case: Case, target: str, build: Path = BUILD, quick: bool = False) -> Migrated:
    """Migrates one case below `build`; a failure becomes part of the row. `quick`: float32, no other backends."""
    row = Row.of(case, target)
    start = time.perf_counter()
    try:
        migration = tensorglot.migrate(case.path, to=target, model=case.traced.model, inputs=list(case.traced.inputs))
        out = build / target / slug(case.name)
        written = migration.save(out if len(migration.files) > 1 else out.with_suffix(".py"), force=True)
        measure(row, migration, case, target)
    except Exception as error:
        row.failures.append(f"migration: {fault(error)}")
        return Migrated(row, [])
    finally:
        row.seconds = time.perf_counter() - start
    return Migrated(row, checks(case, target, migration, chosen(migration, written), quick))


def slug(name: str) -> str:
    """A name that can be a module's."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def chosen(migration: Any, written: list[Path]) -> Path:
    """Where the migration of the case's own file was written."""
    first = next(iter(migration.files))
    return next((path for path in written if path.as_posix().endswith("/" + first)), written[0])


def measure(row: Row, migration: Any, case: Case, target: str) -> None:
    """Fills in what can be read off the text: of the case's own file, and of what it needs of others."""
    folder, _ = module_of(case.path)
    needed = {file.path: kept(file.text, file.cuts) for file in migration.pivot.files.values()}
    figures = []
    for name, output in migration.files.items():
        source = case.path if output is migration.code else folder / name
        if output is not migration.code and not source.exists():
            row.adapter_lines += len(output.splitlines())  # a file of adapters
            continue
        if _STUB in output or not output.strip():
            continue  # nothing of the file was migrated, and nothing of it is needed
        text = source.read_text(encoding="utf-8")
        if output is not migration.code:
            text = needed.get(name, text)
        if output is migration.code or (name.endswith(".py") and text != output):
            figures.append(compare(text, output, target))
    own = figures[0]
    row.line_ratio = own.line_ratio
    row.adapter_lines += sum(figure.adapter_lines for figure in figures)
    row.extra_transposes = max(0, sum(f.output_transposes - f.source_transposes for f in figures))
    row.comments = sum(figure.comments for figure in figures)
    row.comments_lost = [text for figure in figures for text in figure.comments_lost]
    row.leftovers = [text for figure in figures for text in figure.leftovers]
    row.sites = sum(figure.source_calls for figure in figures)
    row.marked = len({(d.path, d.line, d.col) for d in migration.diagnostics if d.severity == "error"})
    row.kept_layout = any("channels_first" in text for name, text in migration.files.items()
                          if name.endswith(".py") and not adapter_names(target) & {Path(name).stem})


def kept(text: str, cuts: list[tuple[int, int]]) -> str:
    """What a file's text has besides the cuts; a body that is cut is an empty one."""
    out, position = "", 0
    for first, last in cuts:
        out += text[position:first]
        bodyless = out.rstrip()[-1:] in (":", '"', "'") and not out[out.rfind("\n") + 1:].strip()
        out += "pass" if bodyless and not out.endswith("\n") else ""
        position = max(position, last)
    return out + text[position:]


def checks(case: Case, target: str, migration: Any, output: Path, quick: bool) -> list[Check]:
    """What is to be verified: every example, in every precision, and the Keras output on every backend."""
    found = []
    for example in (case.traced, *case.others):
        common: dict[str, Any] = {
            "src": module_of(case.path) if case.foreign else case.path, "dst": place(output, migration),
            "model": example.model, "inputs": list(example.inputs), "sizes": [],
            "interface": interface(migration, case.traced, example)}
        precision = {"dtypes": ("float32",)} if quick or case.slow else {}
        found.append(Check(**common, **precision))
        if target == "keras" and not quick:
            found += [Check(**common, modes=("eval",), dtypes=("float32",), backend=b) for b in OTHER_BACKENDS]
    return found


def place(output: Path, migration: Any) -> Any:
    """The output as `tensorglot.verify` wants it: a file, or a folder and a dotted module."""
    first = Path(next(iter(migration.files)))
    if len(migration.files) == 1:
        return output
    parts = first.with_suffix("").parts
    folder = output.parents[len(parts) - 1]
    return folder, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def interface(migration: Any, traced: Example, example: Example) -> dict[str, Any] | None:
    """Which axes inputs and outputs have in the output; a model that was not traced has those of the traced one."""
    known = migration.interface
    return known.get(example.model, known.get(traced.model)) if known else None
