"""Diagnostics on a terminal: rich where it is one, the same words plain where it is piped.

    error[TG011] net.py:12:18: 'zeros_' is not supported by the target
       12 |         x = F.pad(x, (1, 1), mode='odd')
          |                              ^^^^^^^^^^
          = help: pad by hand
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from tensorglot.diagnostics import Diagnostic

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}
#: Columns of a source line that are shown; longer ones are cut round the caret.
_WIDTH = 120
Segment = tuple[str, str]


class Terminal:
    """Writes messages to a stream, in colour where it is a terminal. Rich is imported only then."""

    def __init__(self, stream: IO[str] | None = None):
        self.stream = stream if stream is not None else sys.stderr
        self.rich = _is_terminal(self.stream)
        self._console: Any = None

    @property
    def console(self) -> Any:
        """The rich console on the stream."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(file=self.stream, highlight=False, soft_wrap=True)
        return self._console

    def say(self, text: str, style: str = "") -> None:
        """One line or paragraph."""
        self.segments([[(text, style)]])

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """One diagnostic with its source line."""
        self.segments(lines(diagnostic))

    def segments(self, rows: list[list[Segment]]) -> None:
        """Lines of (text, style) segments."""
        if not self.rich:
            self._plain("".join("".join(text for text, _ in row) + "\n" for row in rows))
            return
        from rich.text import Text

        for row in rows:
            self.console.print(Text.assemble(*row))

    def _plain(self, text: str) -> None:
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """A function that shows what is being done now; it shows nothing where the stream is no terminal."""
        if not self.rich:
            yield lambda text: None
            return
        with self.console.status("") as status:
            yield lambda text: status.update(_printable(text))


def lines(diagnostic: Diagnostic) -> list[list[Segment]]:
    """A diagnostic as lines of (text, style): head, source line, caret, remedy."""
    head: list[Segment] = [(f"{diagnostic.severity}[{diagnostic.code}]", _STYLES.get(diagnostic.severity, ""))]
    where = position(diagnostic)
    head.append((f" {where}:" if where else ":", "bold"))
    first, *rest = _printable(diagnostic.message, keep="\n").split("\n") or [""]
    rows = [[*head, (f" {first}", "")], *([("    " + line, "")] for line in rest)]
    margin = max(len(str(diagnostic.line)), 4)
    if diagnostic.source_line.strip():
        shown, caret = _excerpt(diagnostic)
        rows.append([(f"{diagnostic.line or '':>{margin}} | ", "dim"), (shown, "")])
        rows.append([(f"{'':>{margin}} | ", "dim"), (caret, _STYLES.get(diagnostic.severity, ""))])
    if diagnostic.remedy:
        rows.append([(f"{'':>{margin}} = help: ", "dim"), (_printable(diagnostic.remedy), "")])
    return rows


def render(diagnostic: Diagnostic) -> str:
    """A diagnostic as plain text, with a newline at its end."""
    return "".join("".join(text for text, _ in row) + "\n" for row in lines(diagnostic))


def position(diagnostic: Diagnostic) -> str:
    """`path:line:col` with 1-based line and column, as far as they are known."""
    if not diagnostic.line:
        return diagnostic.path
    return f"{diagnostic.path}:{diagnostic.line}:{column(diagnostic) + 1}"


def column(diagnostic: Diagnostic) -> int:
    """The 0-based column in characters (`Diagnostic.col` counts UTF-8 bytes, as `ast` does)."""
    return _characters(diagnostic.source_line, diagnostic.col)


def end_column(diagnostic: Diagnostic) -> int:
    """The 0-based end column in characters; one past the start where the end is not known or on another line."""
    start = column(diagnostic)
    end = _characters(diagnostic.source_line, diagnostic.end_col)
    return end if end > start else start + 1


def _characters(line: str, col: int) -> int:
    if line.isascii() or not line:
        return col
    return len(line.encode("utf-8", "replace")[:col].decode("utf-8", "ignore"))


def _excerpt(diagnostic: Diagnostic) -> tuple[str, str]:
    """The source line, cut to `_WIDTH` round the position, and the line of carets below it."""
    text = _printable(diagnostic.source_line.rstrip("\r\n").replace("\t", " "))
    start = min(column(diagnostic), len(text))
    end = max(min(end_column(diagnostic), len(text)), start + 1)
    if len(text) > _WIDTH:
        left = max(0, start - _WIDTH // 3)
        text = ("…" if left else "") + text[left:left + _WIDTH] + ("…" if left + _WIDTH < len(text) else "")
        start, end = start - left + bool(left), min(end - left + bool(left), len(text))
    before, marked = text[:start], text[start:end]
    return text, " " * _cells(before) + "^" * max(1, _cells(marked))


def _cells(text: str) -> int:
    """Terminal cells that a text takes (East Asian wide characters take two, combining ones none)."""
    return sum(0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def _printable(text: str, keep: str = "") -> str:
    """The text without control characters, which could steer the terminal."""
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() or ch in keep else "\N{REPLACEMENT CHARACTER}" for ch in text)


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
