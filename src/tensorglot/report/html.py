"""The report as one self-contained HTML page: summary, diagnostics, verification, source and output side by side."""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Iterator
from typing import Any

_STYLE = """
:root{color-scheme:light dark;--b:#fff;--f:#1c1c1c;--d:#777;--l:#ddd;--add:#e2f5e3;
--del:#fde6e6;--chg:#fff5d6;--c:#f6f6f6}
@media(prefers-color-scheme:dark){:root{--b:#181a1d;--f:#e4e4e4;--d:#999;--l:#3a3d42;--add:#17351c;--del:#42201f;
--chg:#3b3418;--c:#202327}}
body{background:var(--b);color:var(--f);font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1500px;
padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid var(--l)}
code,pre,.diff{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
table{border-collapse:collapse}th,td{padding:.2rem .7rem;text-align:left;border-bottom:1px solid var(--l);
vertical-align:top}
.diff{width:100%;table-layout:fixed}.diff td{border:0;padding:0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}
.diff .n{width:3.2rem;color:var(--d);text-align:right;user-select:none}.add{background:var(--add)}
.del{background:var(--del)}
.chg{background:var(--chg)}.error{color:#d33}.warning{color:#b80}.info{color:#28b}pre{background:var(--c);padding:.5rem;
overflow-x:auto;margin:.3rem 0}.ok{color:#2a8a3a}details{margin:.6rem 0}summary{cursor:pointer}.d{color:var(--d)}
"""


def render(report: dict[str, Any], pairs: Iterable[tuple[str, str, str]] = ()) -> str:
    """The page of a report document; `pairs` are (name, source text, output text) shown side by side."""
    title = f"tensorglot: {report['source']} to {report['target']}"
    parts = [f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_e(title)}</title>',
             '<meta name="generator" content="tensorglot">',
             '<meta name="viewport" content="width=device-width,initial-scale=1">',
             f"<style>{_STYLE}</style></head><body>", f"<h1>{_e(title)}</h1>", _summary(report)]
    parts += ["<h2>Diagnostics</h2>", *_diagnostics(report)]
    if report["verification"]:
        parts += ["<h2>Verification</h2>", _value(report["verification"])]
    if report["interface"]:
        parts += ["<h2>Interface</h2>", _value(report["interface"])]
    parts.append("<h2>Source and output</h2>")
    parts += [_side_by_side(*pair) for pair in pairs]
    return "\n".join(parts) + "\n</body></html>\n"


def _e(text: Any) -> str:
    return html.escape(str(text))


def _summary(report: dict[str, Any]) -> str:
    counts = {sort: sum(d["severity"] == sort for d in report["diagnostics"]) for sort in ("error", "warning", "info")}
    found = ", ".join(f'<span class="{sort}">{n} {sort}{"s" if n != 1 and sort != "info" else ""}</span>'
                      for sort, n in counts.items() if n)
    rows = {"exit code": report["exit_code"], **report["stats"]}
    body = "".join(f"<tr><th>{_e(k)}</th><td>{_value(v)}</td></tr>" for k, v in rows.items())
    return f"<p>{found or '<span class=ok>no diagnostics</span>'}</p><table>{body}</table>"


def _diagnostics(report: dict[str, Any]) -> Iterator[str]:
    shown = [(d, "") for d in report["diagnostics"]] + [(d, " (silenced in the source)") for d in report["silenced"]]
    if not shown:
        yield "<p>None.</p>"
    for d, note in shown:
        place = f"{d['path']}:{d['line']}:{d['column']}" if d["line"] else d["path"]
        yield (f'<p><b class="{_e(d["severity"])}">{_e(d["severity"])} {_e(d["code"])}</b> <code>{_e(place)}</code> '
               f"{_e(d['message'])}{note}</p>")
        if d["source_line"]:
            caret = " " * (d["column"] - 1) + "^" * max(1, d["end_column"] - d["column"])
            yield f"<pre>{_e(d['source_line'].expandtabs(1))}\n{caret}</pre>"
        if d["remedy"]:
            yield f'<p class="d">Help: {_e(d["remedy"])}</p>'


def _value(value: Any) -> str:
    """Data as nested tables: a list of objects with equal keys as one table."""
    if isinstance(value, dict):
        return "<table>" + "".join(f"<tr><th>{_e(k)}</th><td>{_value(v)}</td></tr>" for k, v in value.items()) + \
            "</table>"
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        keys = list(dict.fromkeys(key for item in value for key in item))
        head = "".join(f"<th>{_e(key)}</th>" for key in keys)
        rows = "".join("<tr>" + "".join(f"<td>{_value(item.get(key, ''))}</td>" for key in keys) + "</tr>"
                       for item in value)
        return f"<table><tr>{head}</tr>{rows}</table>"
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, bool):
        return f'<span class="{"ok" if value else "error"}">{"yes" if value else "no"}</span>'
    return _e(f"{value:.3g}" if isinstance(value, float) else "" if value is None else value)


def _side_by_side(name: str, source: str, output: str) -> str:
    before, after = source.splitlines(), output.splitlines()
    rows = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        for i in range(max(b - a, d - c)):
            left = (a + i + 1, before[a + i]) if a + i < b else None
            right = (c + i + 1, after[c + i]) if c + i < d else None
            rows.append(_row(left, right, tag != "equal"))
    return (f"<details open><summary><code>{_e(name)}</code> <span class=d>{len(before)} to {len(after)} lines</span>"
            f'</summary><table class="diff">{"".join(rows)}</table></details>')


def _row(left: tuple[int, str] | None, right: tuple[int, str] | None, changed: bool) -> str:
    style = "" if not changed else "chg" if left and right else "del" if left else "add"

    def side(cell: tuple[int, str] | None) -> str:
        number, text = cell or ("", "")
        mark = f' class="{style}"' if style and cell else ""
        return f'<td class="n">{number}</td><td{mark}>{_e(text)}</td>'

    return f"<tr>{side(left)}{side(right)}</tr>"
