"""Diagnostics: what could not be migrated, where, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Diagnostic:
    """One finding.

    `line` is 1-based, `col` 0-based (as in `ast`); `path` is relative to the project's root.
    `severity` is ``"error"`` (the spot is marked and raises), ``"warning"`` or ``"info"``.
    """

    code: str
    severity: str
    message: str
    remedy: str = ""
    path: str = ""
    line: int = 0
    col: int = 0
    source_line: str = ""
    end_col: int = 0

    def located(self, path: str, line: int, col: int, source_line: str = "", end_col: int = 0) -> Diagnostic:
        """The same diagnostic at a position."""
        return replace(self, path=path, line=line, col=col, source_line=source_line, end_col=end_col)


class TensorglotError(Exception):
    """Stops a command: exit code 2, one message, nothing written.

    `code` identifies the cause, `remedy` says what the user can do; position fields as in `Diagnostic`.
    """

    def __init__(self, message: str, *, code: str = "TG000", remedy: str = "", path: str = "", line: int = 0,
                 col: int = 0, source_line: str = ""):
        super().__init__(message)
        self.diagnostic = Diagnostic(code, "error", message, remedy, path, line, col, source_line)


#: Every diagnostic code and what it stands for; docs/cli.md is generated from it.
CODES = {
    "TG000": "general failure",
    "TG001": "input cannot be read or parsed",
    "TG002": "bad option or argument",
    "TG003": "output exists or cannot be written",
    "TG004": "an example could not be run",
    "TG010": "unknown framework API",
    "TG011": "argument not supported by the target",
    "TG012": "argument not understood",
    "TG013": "construct not supported",
    "TG014": "class or method of a value is not known",
    "TG020": "code that no example ran",
    "TG021": "axis order conflict",
    "TG022": "transpose added",
    "TG023": "function used with tensors of several ranks",
    "TG024": "the source's axis order is kept",
    "TG030": "comment speaks of the source's axis order",
    "TG031": "name reserved by the target",
    "TG032": "initial values not carried over",
    "TG033": "no effect in the target, dropped",
    "TG034": "aliasing lost by an in-place form",
    "TG035": "file printed anew, without its comments",
    "TG040": "checkpoint cannot be read",
    "TG041": "weights do not fit",
    "TG050": "verification failed",
    "TG060": "file copied unchanged",
}


@dataclass
class Sink:
    """Collects diagnostics during a migration."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        """Adds one, unless the same was said at the same place before."""
        if diagnostic not in self.items:
            self.items.append(diagnostic)
