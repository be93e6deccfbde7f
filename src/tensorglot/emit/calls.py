"""Editing a call that spans several lines argument by argument, so that its comments and line breaks live."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from ..pivot.nodes import Host, Node

if TYPE_CHECKING:
    from .printer import Printer

#: A closing parenthesis with space before it.
_SPACED_END = re.compile(r"\s+\)$")


def edit_call(printer: Printer, node: Host) -> str | None:
    """New text of a call, or None where its arguments were reordered or wrapped."""
    assert node.span is not None
    base, end = node.span
    text = printer.text[base:end]
    regions = _regions(text)
    if regions is None:
        return None
    func_end, arguments = regions
    items: list[tuple[str | None, Any]] = [(None, a) for a in node.fields["args"]]
    items += [(k.fields["arg"] or "**", k.fields["value"]) for k in node.fields["keywords"]]
    places: dict[int, tuple[str | None, Any]] = {}
    fresh: list[tuple[str | None, Any]] = []
    last = -1
    for keyword, value in items:
        index = _place(value, arguments, base)
        if index is None:
            fresh.append((keyword, value))
            continue
        if index <= last or fresh:
            return None
        places[index] = (keyword, value)
        last = index
    if not places:
        return None
    out = [printer.emit(node.fields["func"]), text[func_end:arguments[0][0]]]
    for index, (_, stop, _, _) in enumerate(arguments):
        if index in places:
            out.append(_argument(printer, *places[index]))
        gap_end = arguments[index + 1][0] if index + 1 < len(arguments) else len(text)
        gap = text[stop:gap_end]
        if index not in places:
            gap = _without_comma(gap)
        if index == last:
            for keyword, value in fresh:
                out.append(_separator(text, arguments) + _argument(printer, keyword, value))
            if index + 1 < len(arguments) and not any(i > index for i in places):
                gap = gap.replace(",", "", 1) if gap.lstrip().startswith(",") and not gap.lstrip(", \t").startswith("\n") else gap
        out.append(gap)
    result = "".join(out)
    if not _SPACED_END.search(text):
        result = _SPACED_END.sub(")", result)
    if node.role == "bracketed":
        opening = result.index("(", len(out[0]))
        result = f"{result[:opening]}([{result[opening + 1:-1]}])"
    try:
        ast.parse(f"({result}\n)", mode="eval")
    except SyntaxError:
        return None
    return result


def _regions(text: str) -> tuple[int, list[tuple[int, int, int, int]]] | None:
    """End of the callee and, per argument, (start, end, value start, value end), as offsets into `text`."""
    if not text.isascii():
        return None
    try:
        call = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call):
        return None
    starts = [0]
    for line in f"({text}\n)".splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(line: int, col: int) -> int:
        return starts[line - 1] + col - 1

    def span(n: Any) -> tuple[int, int]:
        return offset(n.lineno, n.col_offset), offset(n.end_lineno, n.end_col_offset)

    out = [(*span(a), *span(a)) for a in call.args] + [(*span(k), *span(k.value)) for k in call.keywords]
    out.sort()
    return (span(call.func)[1], out) if out else None


def _place(value: Any, arguments: list[tuple[int, int, int, int]], base: int) -> int | None:
    if not isinstance(value, Node) or value.span is None:
        return None
    for index, (_, _, start, stop) in enumerate(arguments):
        if (value.span[0] - base, value.span[1] - base) == (start, stop):
            return index
    return None


def _argument(printer: Printer, keyword: str | None, value: Any) -> str:
    text = printer.emit(value)
    if isinstance(value, Host) and value.kind == "Tuple" and not text.startswith("("):
        text = f"({text})"
    if keyword == "**":
        return f"**{text}"
    return f"{keyword}={text}" if keyword else text


def _without_comma(gap: str) -> str:
    head, comma, tail = gap.partition(",")
    return head + tail.lstrip(" ") if comma and not head.strip() else gap


def _separator(text: str, arguments: list[tuple[int, int, int, int]]) -> str:
    """What stands between two arguments."""
    if len(arguments) > 1:
        between = text[arguments[0][1]:arguments[1][0]]
        if "#" not in between:
            return between
    return ", "
