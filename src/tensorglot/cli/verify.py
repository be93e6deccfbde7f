"""`tensorglot verify SRC DST`: transfer weights, run both, compare."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from tensorglot.api import make_example
from tensorglot.cli import DONE, MARKED, common
from tensorglot.cli.migrate import mismatch, show_report
from tensorglot.diagnostics import TensorglotError
from tensorglot.report.terminal import Terminal
from tensorglot.source import notebook, output


def run(options: Namespace) -> int:
    """Runs the command; returns 0 where every example matches, else 1."""
    if not options.examples:
        raise TensorglotError("verify needs --model", code="TG002",
                              remedy="give for example --model 'Net()' --input 'float32[2,3,32,32]'")
    for path in filter(None, (options.src, options.dst, options.plan)):
        if not path.exists():
            raise TensorglotError(f"{path} does not exist", code="TG001", path=str(path), remedy="Check the path.")
    if options.report is not None:
        output.check_report(options.report)
    examples = [(model, make_example(model, inputs).inputs) for model, inputs in options.examples]
    terminal = Terminal(sys.stderr)
    terminal.say(f"runs in a child process: {options.src} and {options.dst}, "
                 + ", ".join(model for model, _ in options.examples), "dim")
    return _compare(options, examples, terminal)


def _compare(options: Namespace, examples: list[tuple[str, list[str]]], terminal: Terminal) -> int:
    from tensorglot.verify import Case, verify_many

    plan = options.plan or _beside(options.dst)
    with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder, terminal.progress() as progress:
        src, dst = _python(options.src, Path(folder) / "src"), _python(options.dst, Path(folder) / "dst")
        progress(f"verifying {', '.join(model for model, _ in examples)}")
        reports = verify_many([Case(src, dst, model, inputs, plan) for model, inputs in examples])
    for report in reports:
        show_report(report, Terminal(sys.stdout))
    failed = [report for report in reports if not report.ok]
    code = MARKED if failed else DONE
    if options.report is not None:
        from tensorglot.report import document

        common.write_report(options.report, document.document(
            source=reports[0].source, target=reports[0].target, diagnostics=[mismatch(r) for r in failed],
            verification=reports, exit_code=code))
    return code


def _beside(dst: Path) -> Path | None:
    path = output.plan_path(dst)
    return path if path.is_file() else None


def _python(path: Path, folder: Path) -> Path:
    """The path, or a notebook's text as a file in `folder`."""
    if path.suffix != ".ipynb":
        return path
    folder.mkdir()
    made = folder / (path.stem + ".py")
    made.write_text(notebook.load(path.read_bytes(), str(path)).text, encoding="utf-8")
    return made
