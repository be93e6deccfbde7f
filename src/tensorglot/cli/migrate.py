"""`tensorglot migrate`: translate, verify if asked, write, report."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from tensorglot import api
from tensorglot.cli import DONE, FAILED, MARKED, common
from tensorglot.diagnostics import Diagnostic, TensorglotError
from tensorglot.report.terminal import Terminal
from tensorglot.source import output


def run(options: Namespace) -> int:
    """Runs the command; returns the exit code."""
    terminal = Terminal(sys.stderr)
    source = common.read_source(options.paths)
    given = common.examples(options, source)
    _check(options, source)
    announce = common.announcer(terminal, not options.no_run)
    with terminal.progress() as progress, common.relocating(source):
        migration = api.migrate(source, options.to, from_=options.source, examples=given, run=not options.no_run,
                                layout=options.layout, faithful_init=options.faithful_init,
                                exact_training=options.exact_training, progress=progress, announce=announce)
    migration.diagnostics = [common.relocated(d, source) for d in migration.diagnostics]
    migration.silenced = [common.relocated(d, source) for d in migration.silenced]
    verification = _verify(migration, source, given, terminal) if options.verify else []
    return finish(options, migration, source, verification, terminal)


def finish(options: Namespace, migration: api.Migration, source: str | list[Path], verification: list[Any],
           terminal: Terminal) -> int:
    """Writes what was made, shows the diagnostics, writes the report; returns the exit code."""
    code = DONE if migration.ok else MARKED
    refused = options.strict and code != DONE
    written: list[Path] = []
    if refused:
        code = FAILED
    elif options.output is not None:
        written = migration.save(options.output, force=options.force)
    else:
        common.print_code(migration.code)
    common.show(terminal, migration.diagnostics)
    _show_verification(verification, terminal)
    if options.output is None and len(migration.files) > 1 and not refused:
        terminal.say(f"{len(migration.files) - 1} other files belong to it and were not written; give -o", "yellow")
    terminal.say(common.summary(migration, written) + ("; nothing written (--strict)" if refused else ""), "bold")
    _report(options, migration, source, verification, code)
    return code


def _check(options: Namespace, source: str | list[Path]) -> None:
    common.require_output(options, source)
    if options.verify and options.no_run:
        raise TensorglotError("--verify runs both programs, --no-run forbids it", code="TG002", remedy="give one")
    if options.verify and isinstance(source, str):
        raise TensorglotError("--verify needs a source file, not standard input", code="TG002",
                              remedy="save the source in a file")
    sources = [] if isinstance(source, str) else source
    if options.output is not None:
        output.check(options.output, force=options.force, sources=sources)
    if options.report is not None:
        output.check_report(options.report)
        if any(options.report.resolve() == path.resolve() for path in [*sources, *filter(None, [options.output])]):
            raise TensorglotError(f"{options.report} is a source or the output", code="TG003",
                                  remedy="give another file to --report")


def _verify(migration: api.Migration, source: str | list[Path], given: list[Any], terminal: Terminal) -> list[Any]:
    """Verifies the given examples (those found, if none is) on a copy of the output; failures become diagnostics."""
    from tensorglot.verify import Case, verify_many

    chosen = [e for e in migration.examples if not given
              or any(g.model == e.model and g.inputs in ([], e.inputs) for g in given)]
    if not chosen:
        migration.diagnostics.append(Diagnostic("TG050", "error", "nothing was verified: no example ran",
                                                "give --model and --input"))
        return []
    with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder, terminal.progress() as progress:
        out = Path(folder) / "out"
        output.write(out, migration.files, migration.weight_plan)
        src, dst = _places(migration, source, Path(folder), out)
        progress(f"verifying {', '.join(example.model for example in chosen)}")
        reports = verify_many([Case((src, example.module), (dst, example.module), example.model, example.inputs,
                                    plan=out / output.FOLDER_PLAN) for example in chosen])
    migration.diagnostics += [mismatch(report) for report in reports if not report.ok]
    return list(reports)


def mismatch(report: Any) -> Diagnostic:
    """The diagnostic of a verification that failed."""
    what = report.error or report.first_difference or "the results differ"
    return Diagnostic("TG050", "error", f"{report.model} does not match: {what}", "the table says where")


def _places(migration: api.Migration, source: str | list[Path], folder: Path, out: Path) -> tuple[Path, Path]:
    """The folders from which source and output are imported."""
    if migration.notebook is None:
        assert not isinstance(source, str)
        return _import_root(source[0].resolve()), out
    (folder / "src").mkdir()
    (folder / "src" / next(iter(migration.files))).write_text(migration.notebook.text, encoding="utf-8")
    return folder / "src", out


def _import_root(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _show_verification(reports: list[Any], terminal: Terminal) -> None:
    for report in reports:
        show_report(report, terminal)


def show_report(report: Any, terminal: Terminal) -> None:
    """Prints a verification's table, without colour where the stream is no terminal."""
    from rich.console import Console

    if terminal.rich:
        terminal.console.print(report.render())
    else:
        Console(file=terminal.stream, width=140, no_color=True, force_terminal=False).print(report.render())


def _report(options: Namespace, migration: api.Migration, source: str | list[Path], verification: list[Any],
            code: int) -> None:
    if options.report is None:
        return
    from tensorglot.report import document

    made = document.document(source=migration.source, target=migration.target, diagnostics=migration.diagnostics,
                             silenced=migration.silenced, files=migration.files, stats=migration.stats,
                             interface=migration.interface, examples=migration.examples, verification=verification,
                             exit_code=code)
    common.write_report(options.report, made, _pairs(migration))


def _pairs(migration: api.Migration) -> list[tuple[str, str, str]]:
    """(name, source text, output text) of every file; the source is empty for one that has none."""
    files = getattr(migration.pivot, "files", {}).values()
    texts = {file.path: file.text for file in files}
    return [(name, texts.get(name, ""), text) for name, text in migration.files.items()]
