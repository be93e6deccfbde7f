"""Long lines of generated code, broken inside brackets."""

from __future__ import annotations

import io
import tokenize

#: Columns that a generated line may have.
WIDTH = 120
#: A continuation that would start further right than this is indented by four columns instead.
_DEEP = 60


def wrapped(text: str, source: str = "", width: int = WIDTH) -> str:
    """The text with lines that are longer than `width` broken after commas; lines of the source stay as they are."""
    if not any(len(line) > width for line in text.split("\n")):
        return text
    kept = set(source.split("\n"))
    lines = text.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    for number, found in _by_line(tokens).items():
        line = lines[number - 1]
        if len(line) > width and line not in kept:
            lines[number - 1] = _broken(line, found, width)
    return "\n".join(lines)


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
    """One line as several, each at most `width` long where commas allow it."""
    commas = _commas(tokens)
    own = len(line) - len(line.lstrip())
    deeper = own + (8 if line.lstrip().startswith(("def ", "if ", "for ", "while ", "with ", "class ")) else 4)
    columns: dict[int, int] = {}  # where the brackets stand now
    out: list[str] = []
    start = indent = 0
    while indent + len(line) - start > width:
        fitting = [c for c in commas if start < c[0] <= start + width - indent]
        if not fitting:
            break
        end, _, bracket = min(fitting, key=lambda c: (c[1], -c[0]))
        columns |= {c[2]: indent + c[2] - start for c in commas if start <= c[2] < end}
        out.append(" " * indent + line[start:end])
        start = end + len(line[end:]) - len(line[end:].lstrip())
        indent = columns[bracket] + 1 if columns[bracket] < _DEEP else deeper
    return "\n".join([*out, " " * indent + line[start:]])


def _commas(tokens: list[tokenize.TokenInfo]) -> list[tuple[int, int, int]]:
    """Commas after which a line may end: the offset behind, the depth, and the offset of the bracket around it."""
    out: list[tuple[int, int, int]] = []
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
        elif token.string == "," and brackets and after.string not in ")]}" and after.type != tokenize.COMMENT:
            out.append((token.end[1], len(brackets), brackets[-1]))
    return out
