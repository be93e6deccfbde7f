"""The report of a migration as plain data: what `--report FILE.json` holds and the other forms are made from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import tensorglot
from tensorglot.diagnostics import CODES, Diagnostic
from tensorglot.report.terminal import column, end_column

#: Version of the report's layout.
VERSION = 1


def document(*, source: str, target: str, diagnostics: Iterable[Diagnostic], silenced: Iterable[Diagnostic] = (),
             files: dict[str, str] | None = None, stats: dict[str, Any] | None = None,
             interface: dict[str, Any] | None = None, examples: Iterable[Any] = (),
             verification: Any = None, exit_code: int = 0) -> dict[str, Any]:
    """The report. `files` maps output names to texts; only names, sizes and digests are kept."""
    from tensorglot.source.output import digest, encode

    outputs = [{"path": name, "lines": text.count("\n"), "sha256": digest(encode(text))}
               for name, text in (files or {}).items()]
    return {
        "tool": "tensorglot",
        "version": VERSION,
        "tool_version": tensorglot.__version__,
        "source": source,
        "target": target,
        "exit_code": exit_code,
        "diagnostics": [entry(diagnostic) for diagnostic in diagnostics],
        "silenced": [entry(diagnostic) for diagnostic in silenced],
        "files": outputs,
        "examples": [plain(example) for example in examples],
        "interface": interface or {},
        "stats": stats or {},
        "verification": plain(verification),
    }


def entry(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic; `line`, `column` and `end_column` are 1-based and counted in characters, 0 if not known."""
    known = bool(diagnostic.line)
    return {
        "code": diagnostic.code,
        "title": CODES.get(diagnostic.code, ""),
        "severity": diagnostic.severity,
        "path": diagnostic.path,
        "line": diagnostic.line,
        "column": column(diagnostic) + 1 if known else 0,
        "end_column": end_column(diagnostic) + 1 if known else 0,
        "message": diagnostic.message,
        "remedy": diagnostic.remedy,
        "source_line": diagnostic.source_line,
    }


def dumps(report: dict[str, Any]) -> str:
    """The report as JSON text."""
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON data: objects by their `to_json`, data classes by their fields, the rest by `str`."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else repr(value)
    if hasattr(value, "to_json"):
        data = value.to_json()
        return plain(json.loads(data) if isinstance(data, str) else data)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)
