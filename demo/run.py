"""Runs cases: migrates each to each target, verifies many of them together, and fills in the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .cases import Case
from .migrating import BUILD, Migrated, migrate_case
from .row import Row, worst

TARGETS = ("keras", "tensorflow")

#: Rows that are verified together: starting the frameworks takes as long as verifying several small models.
CHUNK = 10

Task = tuple[Case, str]


def run_cases(cases: Sequence[Case], targets: Sequence[str] = TARGETS, *, jobs: int = 2, build: Path = BUILD,
              quick: bool = False, progress: Callable[[Row], None] = lambda row: None) -> list[Row]:
    """The rows of all cases and targets, in order; `progress` is called as each becomes known."""
    tasks = [(case, target) for case in cases for target in targets]
    chunks = [tasks[i:i + CHUNK] for i in range(0, len(tasks), CHUNK)]
    rows = []
    for row in _rows(chunks, jobs, build, quick):
        progress(row)
        rows.append(row)
    return rows


def _rows(chunks: Sequence[Sequence[Task]], jobs: int, build: Path, quick: bool) -> Iterator[Row]:
    if jobs == 1 or len(chunks) == 1:
        for chunk in chunks:
            yield from run_chunk(chunk, build, quick)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(run_chunk, chunk, build, quick) for chunk in chunks]
        for future in futures:
            yield from future.result()


def run_chunk(tasks: Sequence[Task], build: Path = BUILD, quick: bool = False) -> list[Row]:
    """Migrates some cases, then verifies them together."""
    from tensorglot.verify import verify_many

    migrated = [migrate_case(case, target, build, quick) for case, target in tasks]
    reports = iter(verify_many([check for item in migrated for check in item.checks]))
    for item in migrated:
        fill(item, [next(reports) for _ in item.checks])
    return [item.row for item in migrated]


def fill(migrated: Migrated, reports: Iterable[Any]) -> None:
    """Enters the verifications into the row."""
    row = migrated.row
    for check, report in zip(migrated.checks, reports, strict=True):
        row.compared += 1
        if not report.ok:
            row.failures.append(f"{check.model} at {' '.join(check.inputs)} on {check.backend}: {reason(report)}")
        outputs = [r.error for r in report.rows if r.quantity == "outputs" and r.dtype == "float32"]
        gradients = [r.error for r in report.rows if r.quantity == "gradients" and r.dtype == "float64"]
        if check.backend == "tensorflow":
            row.outputs = worst([row.outputs, *outputs])
            row.gradients = worst([row.gradients, *gradients])
        else:
            row.backends[check.backend] = worst([row.backends.get(check.backend), *outputs])


def reason(report: Any) -> str:
    """Why a verification failed, in one line."""
    if report.error:
        return " ".join(report.error.split())
    bad = [f"{r.mode} {r.dtype} {r.quantity} {r.error:.1e}" for r in report.rows
           if r.ok is False and r.error is not None]
    return ", ".join(bad[:3]) + (f"; first difference: {report.first_difference}" if report.first_difference else "")
