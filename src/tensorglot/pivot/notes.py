"""What facts and layouts say about a program, as text: one line a site, in the order of the source."""

from __future__ import annotations

from typing import Any

from tensorglot.pivot.nodes import Program

Site = tuple[str, int]


def facts(program: Program) -> str:
    """The runs of the tape and, per site, the shapes that went in and came out (several where runs differ)."""
    tape = getattr(program.facts, "tape", program.facts)
    if tape is None:
        return "facts: nothing was run\n"
    lines = ["facts"]
    shapes: dict[Site, list[str]] = {}
    for run in tape.runs:
        state = "ran" if run["ok"] else f"failed: {run['error']}"
        lines.append(f"  {run['module']}: {run['model']} on {', '.join(run['inputs'])} ({run['mode']}): {state}")
        for event in run["events"]:
            if event["k"] in ("op", "layer", "new") and event.get("s") is not None:
                text = _event(event, run["tensors"])
                seen = shapes.setdefault((event["s"][0], event["s"][1]), [])
                if text not in seen:
                    seen.append(text)
    return "\n".join([*lines, *_listed(program, shapes)]) + "\n"


def layouts(program: Program) -> str:
    """Per site the storage orders of operands and result, and the transposes that are added."""
    if program.layouts is None:
        return "layouts: none\n"
    rows = {site: [_layout(layout)] for table in (program.layouts.sites, program.layouts.layers)
            for site, layout in table.items()}
    interface = [f"  interface of {model}: {orders}" for model, orders in program.layouts.interface.items()]
    return "\n".join(["layouts", *interface, *_listed(program, rows)]) + "\n"


def _listed(program: Program, rows: dict[Site, list[str]]) -> list[str]:
    places = _places(program)
    known = sorted(rows, key=lambda site: (*places.get(site, (site[0], 0)), site[1]))
    return [f"  {places.get(site, (site[0], 0))[0]}:{places.get(site, ('', 0))[1]}  {text}"
            for site in known for text in rows[site]]


def _places(program: Program) -> dict[Site, tuple[str, int]]:
    """Path and line of every site whose place is known."""
    out: dict[Site, tuple[str, int]] = {}
    for module, file in program.files.items():
        for node in file.body.walk():
            if node.site is not None and node.span is not None:
                out.setdefault((module, node.site), (file.path, file.text.count("\n", 0, node.span[0]) + 1))
    return out


def _event(event: dict[str, Any], tensors: dict[str, Any]) -> str:
    values = [_value(item, tensors) for item in event["a"]]
    values += [f"{name}={_value(item, tensors)}" for name, item in event["kw"].items()]
    result = f" -> {_value(event['o'], tensors)}" if "o" in event else ""
    return f"{event['f']}({', '.join(values)}){result}"


def _value(value: Any, tensors: dict[str, Any]) -> str:
    """A value of the tape in short; the forms are those of docs/architecture.md, "Tape"."""
    if not isinstance(value, dict):
        return repr(value)
    tag, content = next(iter(value.items()))
    if tag == "t":
        tensor = tensors[content] if content in tensors else tensors[str(content)]
        return f"{tensor['dtype']}[{','.join(map(str, tensor['shape']))}]"
    if tag in ("l", "tu"):
        inner = ", ".join(_value(item, tensors) for item in content)
        return f"[{inner}]" if tag == "l" else f"({inner})"
    if tag == "d":
        return "{" + ", ".join(f"{key}: {_value(item, tensors)}" for key, item in content.items()) + "}"
    return str(content) if tag in ("ref", "proj", "py") else tag


def _layout(layout: Any) -> str:
    parts = [f"{name}: {_order(order)}" for name, order in zip(layout.names, layout.orders, strict=False)]
    text = ", ".join(parts) + (f" -> {_order(layout.out_order)}" if layout.out_order is not None else "")
    return text + (f"  ({layout.transposes} transposed)" if layout.transposes else "")


def _order(order: Any) -> str:
    return "plain" if list(order) == sorted(order) else str(tuple(order))
