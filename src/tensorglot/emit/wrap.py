"""Long lines of generated code, broken inside brackets; blanks at their ends, and empty lines that arguments left."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

#: Columns that a generated line may have.
WIDTH = 120
#: A continuation that would start further right than this is indented by four columns instead.
_DEEP = 60
#: An empty line behind an opening bracket or an argument.
_HOLE = re.compile(r"[(\[{,]\n[ \t]*\n")


def wrapped(text: str, source: str = "", width: int = WIDTH) -> str:
    """The text with lines that are longer than `width` broken after commas, or else after an opening bracket.

    Lines of the source stay as they are.
    """
    if not any(len(line) > width or line.endswith(" ") for line in text.split("\n")) and not _HOLE.search(text):
        return text
    kept = set(source.split("\n"))
    lines = text.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    for number, found in _by_line(tokens).items():
        line = lines[number - 1]
        if line not in kept:
            lines[number - 1] = _broken(line.rstrip(), found, width)
    holes = _holes(tokens, text.split("\n"), kept)
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in holes)


def _holes(tokens: list[tokenize.TokenInfo], lines: list[str], kept: set[str]) -> set[int]:
    """Numbers of the empty lines inside brackets that follow a line which the source does not have."""
    found: set[int] = set()
    depth = 0
    for token in tokens:
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        elif token.type == tokenize.NL and depth and not token.line.strip():
            number = token.start[0]
            above = next(n for n in range(number - 1, 0, -1) if lines[n - 1].strip() or n not in found)
            if lines[above - 1] not in kept or number - 1 in found:
                found.add(number)
    return found


def _by_line(tokens: list[tokenize.TokenInfo]) -> dict[int, list[tokenize.TokenInfo]]:
    """The tokens of every line that has no part of a string of several lines."""
    out: dict[int, list[tokenize.TokenInfo]] = {}
    spoiled: set[int] = set()
    for token in tokens:
        if token.start[0] != token.end[0]:
            spoiled |= set(range(token.start[0], token.end[0] + 1)) if token.type == tokenize.STRING else set()
        elif token.string.strip():
            out.setdefault(token.start[0], []).append(token)
    return {number: found for number, found in out.items() if number not in spoiled}


def _broken(line: str, tokens: list[tokenize.TokenInfo], width: int) -> str:
    """One line as several, each at most `width` long where commas and brackets allow it."""
    places = _places(tokens)
    own = len(line) - len(line.lstrip())
    deeper = own + (8 if line.lstrip().startswith(("def ", "if ", "for ", "while ", "with ", "class ")) else 4)
    columns: dict[int, int] = {}  # where the brackets stand now
    out: list[str] = []
    start = indent = 0
    while indent + len(line) - start > width:
        fitting = [p for p in places if start < p.end <= start + width - indent]
        if not fitting or out and not any(p.comma for p in fitting):
            break
        best = min(fitting, key=lambda p: (not p.comma, p.depth, -p.end))
        columns |= {p.bracket: indent + p.bracket - start for p in places if start <= p.bracket < best.end}
        out.append(" " * indent + line[start:best.end])
        start = best.end + len(line[best.end:]) - len(line[best.end:].lstrip())
        indent = columns[best.bracket] + 1 if best.comma and columns[best.bracket] < _DEEP else deeper
    return "\n".join([*out, " " * indent + line[start:]])


@dataclass(frozen=True)
class _Place:
    """Where a line may end: behind a comma or an opening bracket; its depth, and the offset of the bracket around it."""

    end: int
    depth: int
    bracket: int
    comma: bool


def _places(tokens: list[tokenize.TokenInfo]) -> list[_Place]:
    out: list[_Place] = []
    brackets: list[int] = []
    for token, after in zip(tokens, tokens[1:]):
        if token.type != tokenize.OP:
            continue
        if token.string in "([{":
            brackets.append(token.start[1])
        elif token.string in ")]}":
            if not brackets:  # it opened on an earlier line
                return out
            brackets.pop()
        if token.string in "([{," and brackets and after.string not in ")]}" and after.type != tokenize.COMMENT:
            out.append(_Place(token.end[1], len(brackets), brackets[-1], token.string == ","))
    return out
