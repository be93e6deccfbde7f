"""Places of a text to take out: whole statements with what belongs to them, names of an import."""

from __future__ import annotations

import ast
import re

from .project import SourceFile


def lines(file: SourceFile, statement: ast.stmt) -> tuple[int, int] | None:
    """A statement's lines with comments right above; None where it shares a line."""
    start, end = file.span(statement)
    text = file.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last + 1
    after = text[end:last].strip()
    if text[first:start].strip() or (after and not after.startswith("#")):
        return None
    return comments_above(file, statement)[0], last


def comments_above(file: SourceFile, statement: ast.stmt) -> tuple[int, int]:
    """The lines of comments right above a statement."""
    end = first = file.text.rfind("\n", 0, file.span(statement)[0]) + 1
    while first > 0:
        above = file.text.rfind("\n", 0, first - 1) + 1
        if not file.text[above:first].lstrip(" \t").startswith("#") or above == 0:  # a licence may stand at the top
            break
        first = above
    return first, end


def spaced(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cuts of whole lines, adjacent ones as one, that leave the larger of the gaps above and below them."""
    out: list[tuple[int, int]] = []
    for start, end in cuts:
        if out and text[out[-1][1] - 1:out[-1][1]] == "\n" and not text[out[-1][1]:start].strip():
            out[-1] = out[-1][0], end
        else:
            out.append((start, end))
    for index, (start, end) in enumerate(out):
        if text[end - 1:end] == "\n":
            above = start - len(text[:start].rstrip("\n")) - 1
            below = len(text[end:]) - len(text[end:].lstrip("\n"))
            if above >= below and end + below < len(text):
                out[index] = start, end + below
            else:
                out[index] = start - max(above, 0), end
    return out


def cut_aliases(file: SourceFile, statement: ast.stmt, kept: set[ast.alias]) -> list[tuple[int, int]]:
    """The places of an import's names that are not needed; its tree loses them."""
    names = statement.names  # type: ignore[attr-defined]
    out: list[tuple[int, int]] = []
    last: ast.alias | None = None
    start: int | None = None
    for alias in names:
        if alias in kept:
            if start is not None:
                out.append((start, file.span(alias)[0]))
            last, start = alias, None
        elif start is None:
            start = file.span(alias)[0]
    if start is not None and last is not None:
        end = file.span(names[-1])[1]
        if file.text.startswith(")", file.span(statement)[1] - 1):  # its comma and comment, too
            rest = re.compile(r"[ \t]*,?[ \t]*(#[^\n]*)?").match(file.text, end)
            end = rest.end() if rest is not None else end
        out.append((file.span(last)[1], end))
    statement.names = [alias for alias in names if alias in kept]  # type: ignore[attr-defined]
    return out
