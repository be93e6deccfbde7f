"""`python -m demo [PATTERN...] [--to keras] [--jobs N] [--json FILE]`: migrate, verify, tabulate."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .cases import CASES, Case, find
from .migrating import BUILD
from .row import Row
from .run import TARGETS, run_cases


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration; 0 where every row is as it should be."""
    options = parser().parse_args(arguments)
    cases = chosen(options.pattern)
    console = Console(width=None if sys.stdout.isatty() else 190)
    start = time.perf_counter()
    targets = options.to or list(TARGETS)
    rows = run_cases(cases, targets, jobs=options.jobs, quick=options.quick,
                     progress=lambda row: print(line(row), file=sys.stderr, flush=True))
    console.print(table(rows))
    for row in rows:
        for fault in row.faults:
            console.print(f"{row.name} ({row.target}): {fault}", highlight=False, markup=False)
    good = sum(not row.faults for row in rows)
    console.print(f"{good} of {len(rows)} as they should be; {time.perf_counter() - start:.0f} s; "
                  f"the output is in {BUILD.relative_to(Path.cwd()) if BUILD.is_relative_to(Path.cwd()) else BUILD}")
    if options.markdown:
        options.markdown.write_text(markdown(rows), encoding="utf-8")
    target_file = options.json or BUILD / "demo.json"
    target_file.parent.mkdir(parents=True, exist_ok=True)
    target_file.write_text(json.dumps([row.to_json() for row in rows], indent=1), encoding="utf-8")
    return 0 if good == len(rows) else 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m demo", description="Migrates real models, verifies and tabulates.")
    result.add_argument("pattern", nargs="*", help="only cases whose name or file contains this")
    result.add_argument("--to", action="append", choices=TARGETS, help="only this target (may repeat)")
    result.add_argument("--jobs", type=int, default=2, help="processes side by side (default 2)")
    result.add_argument("--quick", action="store_true", help="float32 on TensorFlow only")
    result.add_argument("--markdown", type=Path, help="where the table goes for a document")
    result.add_argument("--json", type=Path, help="where the rows go as data (default build/demo/demo.json)")
    return result


def chosen(patterns: Sequence[str]) -> list[Case]:
    """The cases that match any of the patterns, all where there are none."""
    return [case for case in CASES if not patterns or any(case in find(pattern) for pattern in patterns)]


#: Titles of the columns.
COLUMNS = ("model", "by", "target", "outputs\nfloat32", "gradients\nfloat64", "Keras on\ntorch", "Keras on\njax",
           "examples", "transposes\nadded", "lines\nout/in", "adapter\nlines", "comments\nkept", "sites\nmarked",
           "migrated")


def markdown(rows: Sequence[Row]) -> str:
    """A document with the rows as a table."""
    good = sum(not row.faults for row in rows)
    text = f"""# The demonstration's table

`make demo` migrates these models and prints this table; `python -m demo --markdown docs/demo.md` writes it here. Figures are
relative differences from the source (largest difference over the largest value of a tensor): outputs in float32, gradients
in float64, the Keras output also on the other backends of Keras. Each is compared at the traced size, at another batch size,
and at another image or sequence size where the source runs at one. {good} of {len(rows)} rows are as they should be.

"""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(cells(row) for row in rows)]
    return text + "".join("| " + " | ".join(cell.replace("\n", " ") for cell in line) + " |\n" for line in lines)


def table(rows: Sequence[Row]) -> Table:
    """The rows as a table."""
    result = Table(title="Migrated from PyTorch; relative differences from the source", title_justify="left")
    for name in COLUMNS:
        result.add_column(name, justify="left" if name in ("model", "by", "target") else "right")
    for row in rows:
        result.add_row(*cells(row), style=None if not row.faults else "red")
    return result


def cells(row: Row) -> list[str]:
    """The texts of a row."""
    kept = row.comments - len(row.comments_lost)
    layout = " (source's layout)" if row.kept_layout else ""
    return [row.name, row.source.partition(":")[0] if row.foreign else "us", row.target, number(row.outputs),
            number(row.gradients), number(row.backends.get("torch")), number(row.backends.get("jax")),
            str(row.compared), str(row.extra_transposes), f"{row.line_ratio:.2f}", str(row.adapter_lines),
            f"{kept}/{row.comments}", f"{row.marked}/{row.sites}", ("yes" if row.migrated else "NO") + layout]


def number(value: float | None) -> str:
    """A difference, or a dash where there is none."""
    return "-" if value is None else f"{value:.0e}"


def line(row: Row) -> str:
    """One line of progress."""
    state = "ok" if not row.faults else "; ".join(row.faults)[:300]
    return f"{row.name} ({row.target}) {row.seconds:.0f} s: {state}"


if __name__ == "__main__":
    sys.exit(main())
