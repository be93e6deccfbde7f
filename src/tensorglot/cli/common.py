"""What several commands share: reading paths and examples, messages, reports."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tensorglot.api import Migration, make_example
from tensorglot.diagnostics import Diagnostic, TensorglotError
from tensorglot.report.terminal import Terminal
from tensorglot.source import config, output

_ORDER = {"error": 0, "warning": 1, "info": 2}


def read_source(paths: Sequence[Path]) -> str | list[Path]:
    """The text of standard input for `-`, else the paths, each once. Raises `TensorglotError` (TG001, TG002)."""
    if Path("-") not in paths:
        for path in paths:
            if not path.exists():
                raise TensorglotError(f"{path} does not exist", code="TG001", path=str(path), remedy="Check the path.")
            if not (path.is_file() or path.is_dir()):
                raise TensorglotError(f"{path} is neither a file nor a folder", code="TG001", path=str(path),
                                      remedy="give a .py file, a package folder or a notebook")
        return list(dict.fromkeys(paths))
    if len(paths) > 1:
        raise TensorglotError("- (standard input) can't be combined with other paths", code="TG002",
                              remedy="give one path")
    from tensorglot.source.project import decode

    return decode(sys.stdin.buffer.read(), "<stdin>")


def examples(options: Namespace, source: str | list[Path]) -> list[Any]:
    """The examples of the command line, else those of `tensorglot.toml`, checked."""
    if options.examples:
        return [make_example(model, inputs) for model, inputs in options.examples]
    if isinstance(source, str) or not source:
        return []
    place = config.find(source[0])
    if place is None:
        return []
    stems = {path.stem for path in source if not path.is_dir()}
    return [make_example(model, inputs, module, place.parent) for module, model, inputs in config.load(place)
            if not stems or not module or module.split(".")[-1] in stems]


def print_code(text: str) -> None:
    """Writes code to standard output in its own encoding, whatever that of the terminal."""
    sys.stdout.flush()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(output.encode(text))
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(text)


def announcer(terminal: Terminal, run: bool) -> Callable[[str], None]:
    """A function that shows what will be executed; where nothing is, that is said at once."""
    if not run:
        terminal.say("nothing is executed (--no-run)", "dim")
    return lambda text: terminal.say(text, "dim")


def relocated(diagnostic: Diagnostic, source: str | list[Path]) -> Diagnostic:
    """The diagnostic with its path (relative to the project's root) as seen from the working directory."""
    if isinstance(source, str):
        return replace(diagnostic, path="<stdin>" if diagnostic.path else "")
    if not diagnostic.path or os.path.isabs(diagnostic.path) or Path(diagnostic.path).exists():
        return diagnostic
    for path in source:
        start = path if path.is_dir() else path.parent
        for folder in (start, *start.resolve().parents):
            place = folder / diagnostic.path
            if place.is_file():
                near = os.path.relpath(place)
                return replace(diagnostic, path=str(place) if near.startswith("..") else near)
    return diagnostic


@contextmanager
def relocating(source: str | list[Path]) -> Iterator[None]:
    """Gives an error that stops the command the path that the user knows."""
    try:
        yield
    except TensorglotError as error:
        error.diagnostic = relocated(error.diagnostic, source)
        raise


def show(terminal: Terminal, diagnostics: Iterable[Diagnostic]) -> None:
    """Writes diagnostics, by file and line; the more severe first within a line."""
    for item in sorted(diagnostics, key=lambda d: (d.path, d.line, _ORDER.get(d.severity, 3), d.col, d.code)):
        terminal.diagnostic(item)


def summary(migration: Migration, written: Sequence[Path]) -> str:
    """One line: what was found and where it went."""
    counts = [sum(d.severity == sort for d in migration.diagnostics) for sort in ("error", "warning", "info")]
    words = [f"{n} {word}{'s' if n != 1 and word != 'info' else ''}"
             for n, word in zip(counts, ("error", "warning", "info"), strict=True) if n]
    if migration.silenced:
        words.append(f"{len(migration.silenced)} silenced")
    text = ", ".join(words) or "no diagnostics"
    total, marked = migration.stats.get("sites"), migration.stats.get("marked")
    if total and marked is not None:
        text += f"; {marked} of {total} sites marked ({100 * marked / total:.1f} %)"
    if written:
        text += f"; written: {written[0] if len(written) < 3 else f'{len(written)} files in {_common(written)}'}"
    return text


def _common(paths: Sequence[Path]) -> str:
    return os.path.commonpath([path.parent for path in paths]) or "."


def write_report(path: Path | None, report: dict[str, Any], pairs: Sequence[tuple[str, str, str]] = ()) -> None:
    """Writes the report in the form that the file's name asks for."""
    if path is None:
        return
    from tensorglot.report import document, html, sarif

    text = {".json": lambda: document.dumps(report), ".sarif": lambda: sarif.dumps(report),
            ".html": lambda: html.render(report, pairs)}[path.suffix]()
    output.write_one(path, text)


def require_output(options: Namespace, source: str | list[Path]) -> None:
    """Raises `TensorglotError` (TG002) where a folder or several paths are migrated without `-o`, or into one file."""
    if isinstance(source, str) or (len(source) == 1 and not source[0].is_dir()):
        if options.output is not None and isinstance(source, str) and not output.is_file(options.output):
            raise TensorglotError(f"{options.output}: standard input is written to a .py file", code="TG002",
                                  remedy="give a name that ends with .py to -o")
        return
    what = "a folder" if len(source) == 1 else "several paths"
    if options.output is None:
        raise TensorglotError(f"{what} can't be written to standard output", code="TG002", remedy="give -o FOLDER")
    if output.is_file(options.output):
        raise TensorglotError(f"{what} can't be written to the one file {options.output}", code="TG002",
                              remedy="give a folder to -o")
