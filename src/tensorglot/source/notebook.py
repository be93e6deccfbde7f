"""Notebooks as one Python text and back.

The text is in the percent format that editors know: each cell starts with a `# %%` line. Markdown becomes comments,
IPython's own syntax (`%magic`, `!command`, `name?`) becomes a `# magic:` comment, so that the text is plain Python;
`restore` turns both back.
"""

from __future__ import annotations

import ast
import json
import re
import tokenize
from dataclasses import dataclass, field
from typing import Any

from tensorglot.diagnostics import TensorglotError

_MARK = re.compile(r"# %% (?:\[(?:markdown|raw)\] )?\[cell (\d+)\]$")
_MAGIC = re.compile(r"\s*(?:[%!?]|[\w.]+\s*=\s*[%!]|[\w.\[\]*]+\?{1,2}\s*$)")
_HELD = re.compile(r"(\s*)(?:pass  |[\w.]+ = None  )?# magic: ?(.*)$")


@dataclass
class Notebook:
    """A notebook's document and its Python text; `starts` has (cell, first line in the text), `held` the lines in
    IPython's own syntax as they stand in the text."""

    document: dict[str, Any]
    text: str
    starts: list[tuple[int, int]] = field(default_factory=list)
    held: frozenset[str] = frozenset()

    def place(self, line: int) -> tuple[int, int]:
        """The cell (0-based number in the document) and line in it (1-based) of a line of the text."""
        cell, start = 0, 1
        for number, first in self.starts:
            if first > line:
                break
            cell, start = number, first
        return cell, line - start + 1


def load(data: bytes, path: str) -> Notebook:
    """Reads an `.ipynb` document. Raises `TensorglotError` (TG001) where it is none, or is not written in Python."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _unreadable(f"{path} is not UTF-8, as a notebook must be", path) from None
    except json.JSONDecodeError as error:
        raise _unreadable(f"{path} is no notebook: {error.msg}", path, error.lineno, error.colno - 1) from None
    except RecursionError:
        raise _unreadable(f"{path} is no notebook: nested too deeply", path) from None
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise _unreadable(f"{path} is no notebook of format 4: it has no list of cells", path)
    language = _language(document)
    if language != "python":
        raise _unreadable(f"{path} is a notebook in {language}, not in Python", path)
    if not any(cell.get("cell_type") == "code" for cell in cells):
        raise _unreadable(f"{path} has no code cells", path)
    lines: list[str] = []
    starts: list[tuple[int, int]] = []
    held: set[str] = set()
    for number, cell in enumerate(cells):
        mark = {"code": "", "markdown": "[markdown] "}.get(cell.get("cell_type"), "[raw] ")
        lines.append(f"# %% {mark}[cell {number}]")
        starts.append((number, len(lines) + 1))
        before = _source(cell, path).split("\n")
        after = _hold_magics(before) if cell.get("cell_type") == "code" else [f"# {line}".rstrip() for line in before]
        if cell.get("cell_type") == "code":
            held |= {new.strip() for old, new in zip(before, after, strict=True) if old != new}
        lines += [*after, ""]
    return Notebook(document, "\n".join(lines).rstrip("\n") + "\n", starts, frozenset(held))


def restore(notebook: Notebook, text: str) -> str:
    """The notebook with its code cells replaced by those of a migrated text; outputs and execution counts are dropped.

    Text before the first mark becomes a cell of its own at the top.
    """
    bodies = _split(text)
    cells: list[dict[str, Any]] = []
    if head := bodies.pop(None, "").strip("\n"):
        cells.append(_new_cell(head, notebook.document))
    for number, cell in enumerate(notebook.document["cells"]):
        made = dict(cell)
        if cell.get("cell_type") == "code":
            made["outputs"], made["execution_count"] = [], None
            body = "\n".join(_release(line, notebook.held) for line in bodies.get(number, "").strip("\n").split("\n"))
            made["source"] = body.splitlines(keepends=True)
        cells.append(made)
    return json.dumps({**notebook.document, "cells": cells}, indent=1, ensure_ascii=False) + "\n"


def _unreadable(message: str, path: str, line: int = 0, col: int = 0) -> TensorglotError:
    return TensorglotError(message, code="TG001", path=path, line=line, col=col,
                           remedy="Save the notebook again with Jupyter, or give a .py file.")


def _language(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    for holder, key in ((info, "name"), (spec, "language")):
        if isinstance(holder, dict) and isinstance(holder.get(key), str):
            return "python" if holder[key].lower() in ("python", "ipython") else holder[key]
    return "python"


def _source(cell: dict[str, Any], path: str) -> str:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise _unreadable(f"{path} is no notebook: a cell's source is no text", path)
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _hold_magics(lines: list[str]) -> list[str]:
    """The lines of a code cell with IPython's own syntax kept as comments; plain Python is returned as it is."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].split()[:1] not in (["time"], ["timeit"], ["capture"], ["prun"]):
        return [f"# magic: {line}".rstrip() for line in lines]
    if _parses(lines):
        return lines
    out: list[str] = []
    continued = False
    for line in lines:
        if continued or (_MAGIC.match(line) and _starts_statement(out)):
            out.append(_hold(line, continued))
            continued = line.rstrip().endswith("\\")
        else:
            out.append(line)
    return out


def _hold(line: str, continued: bool) -> str:
    indent = line[:len(line) - len(line.lstrip())]
    if continued:
        return f"{indent}# magic: {line.lstrip()}"
    if assigned := re.match(r"([\w.]+)\s*=\s*[%!]", line.lstrip()):
        return f"{indent}{assigned[1]} = None  # magic: {line.lstrip()}"
    return f"{indent}{'pass  ' if indent else ''}# magic: {line.lstrip()}"


def _parses(lines: list[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _starts_statement(before: list[str]) -> bool:
    """Whether the next line starts a statement: no bracket or string is open, no line is continued."""
    if before and before[-1].rstrip().endswith("\\"):
        return False
    try:
        for _ in tokenize.generate_tokens(iter([line + "\n" for line in before] + [""]).__next__):
            pass
    except tokenize.TokenError:
        return False
    except (SyntaxError, StopIteration):
        return True
    return True


def _release(line: str, held: frozenset[str]) -> str:
    match = _HELD.match(line)
    return match[1] + match[2] if match and line.strip() in held else line


def _split(text: str) -> dict[int | None, str]:
    """Text by cell number; under None what stands before the first mark."""
    bodies: dict[int | None, list[str]] = {None: []}
    current: int | None = None
    for line in text.split("\n"):
        if mark := _MARK.match(line):
            current = int(mark[1])
            bodies.setdefault(current, [])
        else:
            bodies[current].append(line)
    return {number: "\n".join(lines) for number, lines in bodies.items()}


def _new_cell(body: str, document: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
                            "source": body.splitlines(keepends=True)}
    if document.get("nbformat_minor", 0) >= 5:
        cell["id"] = "tensorglot-imports"
    return cell
