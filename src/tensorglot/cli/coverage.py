"""`tensorglot coverage`: the ops and layers of the catalog, and what each framework calls them."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from tensorglot.catalog import registry
from tensorglot.catalog.registry import Entry

#: Frameworks with a column, in this order.
FRAMEWORKS = ("torch", "keras", "tensorflow")


def run(options: Namespace) -> int:
    """Prints the table; returns 0."""
    columns = FRAMEWORKS if options.to is None else tuple(dict.fromkeys(("torch", options.to)))
    rows = table(columns)
    render = {"text": _text, "json": _json, "markdown": _markdown}[options.format]
    sys.stdout.write(render(rows, columns))
    return 0


def table(columns: tuple[str, ...] = FRAMEWORKS) -> list[dict[str, str]]:
    """One row an entry, in the catalog's order: family, kind, name, and per framework the APIs that stand for it."""
    registry.load()
    order = {family: number for number, family in enumerate(registry.FAMILIES)}
    entries = sorted(registry.REGISTRY.values(), key=lambda entry: (order.get(entry.family, len(order)), entry.kind))
    return [{"family": entry.family, "kind": entry.kind, "name": entry.name,
             **{framework: _apis(entry, framework) for framework in columns}} for entry in entries]


def _apis(entry: Entry, framework: str) -> str:
    signatures = entry.signatures.get(framework, [])
    names = [f"= {s.template}" if s.template else s.callee for s in signatures]
    return ", ".join(dict.fromkeys(names))


def _counts(rows: list[dict[str, str]], columns: tuple[str, ...]) -> dict[str, int]:
    return {framework: sum(bool(row[framework]) for row in rows) for framework in columns}


def _json(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    return json.dumps({"entries": rows, "counts": _counts(rows, columns), "total": len(rows)}, indent=1) + "\n"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width - 1] + "…"


def _text(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    names = ("family", "kind", "name", *columns)
    cells = [[_short(row[name] or "-", 44) for name in names] for row in rows]
    widths = [max(len(line[i]) for line in [list(names), *cells]) for i in range(len(names))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
             for line in [list(names), ["-" * width for width in widths], *cells]]
    counts = ", ".join(f"{name} {n} of {len(rows)}" for name, n in _counts(rows, columns).items())
    return "\n".join([*lines, "", counts]) + "\n"


def _markdown(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    names = ("family", "kind", "name", *columns)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = [row["family"], row["kind"], row["name"]]
        cells += [f"`{row[name].replace('|', chr(92) + '|')}`" if row[name] else "–" for name in columns]
        lines.append("| " + " | ".join(cells) + " |")
    counts = ", ".join(f"{name} {n} of {len(rows)}" for name, n in _counts(rows, columns).items())
    return "\n".join([*lines, "", counts]) + "\n"
