"""`python -m benchmarks [static|facts|runtime|conversion]...`: the measurements as tables; data in build/bench."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from .child import WORK, measure
from .conversion import SIZES
from .speed import MODELS

#: What is migrated statically: files and folders.
STATIC = ("examples/torch", "torchvision/models", "timm/models")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and keeps the data."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed of tensorglot and of its output.")
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--runs", type=int, default=12, help="runs of each network (default 12)")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 130)
    WORK.mkdir(parents=True, exist_ok=True)
    for part in options.part or PARTS:
        results, table = PARTS[part](options.runs)
        (WORK / f"{part}.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
        console.print(table)
    return 0


def static(runs: int) -> tuple[dict[str, Any], Table]:
    """Lines a second without running anything."""
    results = {name: measure("speed", "static", name) for name in STATIC}
    return results, tabulated("Static migration, one core", results, {
        "files": lambda r: str(r["files"]), "lines": lambda r: f"{r['lines']:,}", "s": lambda r: f"{r['seconds']:.1f}",
        "lines/s": lambda r: f"{r['rate']:,.0f}"})


def facts(runs: int) -> tuple[dict[str, Any], Table]:
    """Seconds and memory of a migration that runs its example."""
    results = {name: measure("speed", "facts", name) for name in MODELS}
    return results, tabulated("Migration with facts", results, {
        "s": lambda r: f"{r['seconds']:.1f}", "memory": lambda r: megabytes(r["memory"]),
        "memory of the child": lambda r: megabytes(r["child_memory"]), "errors": lambda r: str(r["errors"])})


def runtime(runs: int) -> tuple[dict[str, Any], Table]:
    """The output against hand-written ports."""
    results = {}
    for name in ("resnet50", "gpt"):
        found = measure("runtime", name, str(runs), threads=2)
        for kind in ("inference", "training"):
            results[f"{name}, {kind}"] = found if "error" in found else {**found[kind], "same": found["difference"]}
    return results, tabulated(f"Migrated against hand-written Keras, tf.function, median of {runs}", results, {
        "hand-written": lambda r: f"{1000 * r['port']:.0f} ms", "migrated": lambda r: f"{1000 * r['migrated']:.0f} ms",
        "ratio": lambda r: f"{r['ratio']:.3f}", "outputs differ by": lambda r: f"{r['same']:.0e}"})


def conversion(runs: int) -> tuple[dict[str, Any], Table]:
    """Checkpoints, against copying the file."""
    results = {name: measure("conversion", name) for name in SIZES}
    return results, tabulated("Checkpoint conversion", results, {
        "size": lambda r: megabytes(r["bytes"]), "copy": lambda r: rate(r["bytes"], r["copy"]),
        "convert": lambda r: rate(r["bytes"], r["seconds"]), "memory": lambda r: megabytes(r["memory"]),
        "largest tensor": lambda r: megabytes(r["largest"])})


def tabulated(title: str, results: dict[str, Any], columns: dict[str, Callable[[Any], str]]) -> Table:
    """One row a result; a measurement that failed shows why."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for name, result in results.items():
        if "error" in result:
            table.add_row(name, result["error"], style="red")
        else:
            table.add_row(name, *(cell(result) for cell in columns.values()))
    return table


def megabytes(size: float) -> str:
    """A size in bytes as megabytes."""
    return f"{size / 1e6:,.0f} MB"


def rate(size: float, seconds: float) -> str:
    """Gigabytes a second."""
    return f"{size / seconds / 1e9:.2f} GB/s"


PARTS: dict[str, Callable[[int], tuple[dict[str, Any], Table]]] = {
    "static": static, "facts": facts, "runtime": runtime, "conversion": conversion}

if __name__ == "__main__":
    sys.exit(main())
