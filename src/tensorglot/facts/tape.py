"""The tape: what the program did when it ran (docs/architecture.md, "Tape")."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..diagnostics import Diagnostic

VERSION = 1


@dataclass(frozen=True)
class Example:
    """A model and its inputs: `model` is an expression in the namespace of `module` (a dotted name).

    `inputs` are input specifications (`facts.inputs`), one an argument.
    """

    module: str
    model: str
    inputs: list[str] = field(default_factory=list)


@dataclass
class Tape:
    """Runs, the examples they come from, and what went wrong.

    `runs` hold the events; sites in them are tuples ``(module, n)``. `examples` are dicts with ``module``, ``model``,
    ``inputs``, ``ok``, ``error``, ``found`` (how the example was found) and ``modes`` (those that ran). `errors` are
    dicts with ``module``, ``phase`` and ``message``.
    """

    runs: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> str:
        """The tape as one JSON document."""
        return json.dumps({"version": VERSION, "runs": self.runs, "examples": self.examples, "errors": self.errors},
                          separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Tape:
        """Reads `to_json`'s output; raises `ValueError` for another version."""
        data = json.loads(text)
        if data.get("version") != VERSION:
            raise ValueError(f"tape version {data.get('version')!r}; this program reads {VERSION}")
        return cls([restore_run(r) for r in data["runs"]], data["examples"], data["errors"])

    def save(self, path: Path) -> None:
        """Writes the tape to a file."""
        path.write_text(self.to_json(), "utf-8")

    def diagnostics(self) -> list[Diagnostic]:
        """Failures as diagnostics (TG004): errors for imports and given examples, notes for examples searched."""
        remedy = "give a runnable example with --model and --input, or use --no-run"
        out = []
        for error in self.errors:
            severity = "info" if error["phase"].startswith("search") else "error"
            text = f"{error['phase']} of {error['module']} failed: {error['message']}"
            out.append(Diagnostic("TG004", severity, text, remedy))
        for example in self.examples:
            if not example["ok"]:
                given = example["found"] == "given"
                call = f"{example['model']} on {', '.join(example['inputs']) or 'nothing'}"
                out.append(Diagnostic("TG004", "error" if given else "info",
                                      f"example {call} in {example['module']} failed: {example['error']}",
                                      "correct the example" if given else "give an example with --model and --input"))
        return out

    def succeeded(self) -> Iterable[dict[str, Any]]:
        """Examples that ran."""
        return (e for e in self.examples if e["ok"])


def restore_run(run: dict[str, Any]) -> dict[str, Any]:
    """Undoes what JSON did to a run: table keys become integers, sites become tuples."""
    for table in ("tensors", "modules"):
        run[table] = {int(k): v for k, v in run[table].items()}
    for module in run["modules"].values():
        module["new"] = _site(module["new"])
    for event in run["events"]:
        if "s" in event:
            event["s"] = _site(event["s"])
    return run


def _site(value: list | None) -> tuple[str, int] | None:
    return None if value is None else (value[0], value[1])
