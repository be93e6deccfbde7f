"""Pictures of a program: the tree of its modules, and the dataflow of each forward method.

Both are read off the pivot alone (no facts, nothing is run) into a small `Graph`, which is drawn as Mermaid text or as
an SVG of our own layered layout.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

from tensorglot.pivot import nodes
from tensorglot.pivot.flow import Flow, dataflow, short
from tensorglot.pivot.nodes import Host, Node, Program

#: Colours by sort of node: fill and border.
_COLOURS = {"module": ("#dbe9ff", "#3b6fb6"), "layer": ("#e3f5e1", "#3f8f46"), "op": ("#fff3d6", "#b07d12"),
            "input": ("#eeeeee", "#777777"), "output": ("#eeeeee", "#777777"), "marked": ("#ffdede", "#c03030"),
            "host": ("#f7f7f7", "#999999")}


@dataclass
class Graph:
    """Boxes (label, sort) and arrows (from, to, label) under a title."""

    title: str
    boxes: list[tuple[str, str]] = field(default_factory=list)
    arrows: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, label: str, sort: str) -> int:
        """Adds a box and returns its number."""
        self.boxes.append((label, sort))
        return len(self.boxes) - 1


def graphs(program: Program) -> list[Graph]:
    """The module tree, then one dataflow graph for each forward method, in the program's order."""
    out = [module_tree(program)]
    for file in program.files.values():
        for cls in _classes(file.body):
            for statement in cls.fields["body"]:
                if isinstance(statement, Host) and statement.role == "forward":
                    title = f"{file.module}.{cls.fields['name']}.{statement.fields['name']}"
                    out.append(_flow_graph(title, dataflow(statement)))
    return out


def module_tree(program: Program) -> Graph:
    """Modules that no other module holds, with what their constructors make below them."""
    graph = Graph("modules")
    known = {cls.fields["name"]: cls for file in program.files.values() for cls in _classes(file.body)}
    members = {name: _members(cls) for name, cls in known.items()}
    held = {made for name, entries in members.items() for _, node in entries for made in _made_classes(node, known)
            if made != name}
    for name in [name for name in known if name not in held] or list(known):
        _grow(graph, graph.add(name, "module"), name, members, known, ())
    return graph


def mermaid(program: Program) -> str:
    """All graphs of the program as Mermaid flowcharts."""
    return "\n\n".join(_mermaid(graph) for graph in graphs(program)) + "\n"


def svg(program: Program) -> str:
    """All graphs of the program in one SVG document, one below the other."""
    drawings, top, width = [], 10.0, 200.0
    for graph in graphs(program):
        body, w, h = _draw(graph, top)
        drawings.append(body)
        top += h + 30
        width = max(width, w)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 20:.0f}" height="{top:.0f}" '
            f'viewBox="0 0 {width + 20:.0f} {top:.0f}" font-family="system-ui, sans-serif" font-size="12">\n'
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>\n'
            '<rect width="100%" height="100%" fill="#ffffff"/>\n')
    return head + "\n".join(drawings) + "\n</svg>\n"


def _classes(body: Host) -> list[Host]:
    return [node for node in body.walk()
            if isinstance(node, Host) and node.kind == "ClassDef" and node.role is not None]


def _members(cls: Host) -> list[tuple[str, Node]]:
    """(attribute, value) for what the constructor stores on `self`, in order, where a layer or module is made."""
    out = []
    for node in cls.walk():
        if isinstance(node, Host) and node.kind == "Assign":
            target = node.fields["targets"][0]
            if isinstance(target, Host) and target.kind == "Attribute" and _is_name(target.fields["value"], "self"):
                out.append((target.fields["attr"], node.fields["value"]))
    return out


def _is_name(node: Any, text: str) -> bool:
    return isinstance(node, Host) and node.kind == "Name" and node.fields["id"] == text


def _made_classes(node: Node, known: dict[str, Host]) -> list[str]:
    return [n.fields["func"].fields["id"] for n in node.walk()
            if isinstance(n, Host) and n.kind == "Call" and isinstance(n.fields["func"], Host)
            and n.fields["func"].kind == "Name" and n.fields["func"].fields["id"] in known]


def _grow(graph: Graph, parent: int, name: str, members: dict[str, list[tuple[str, Node]]], known: dict[str, Host],
          above: tuple[str, ...]) -> None:
    for attribute, value in members[name]:
        _grow_value(graph, parent, attribute, value, members, known, (*above, name))


def _grow_value(graph: Graph, parent: int, label: str, value: Any, members: dict[str, list[tuple[str, Node]]],
                known: dict[str, Host], above: tuple[str, ...]) -> None:
    if isinstance(value, nodes.Layer):
        inner = [child for child in value.children() if _makes(child, known)]
        box = graph.add(f"{label}: {layer_label(value)}" if label else layer_label(value), "layer")
        graph.arrows.append((parent, box, ""))
        for child in inner:
            _grow_value(graph, box, "", child, members, known, above)
    elif isinstance(value, nodes.Parameter):
        box = graph.add(f"{label}: {'parameter' if value.trainable else 'buffer'}", "host")
        graph.arrows.append((parent, box, ""))
    elif made := _direct_class(value, known):
        box = graph.add(f"{label}: {made}" if label else made, "module")
        graph.arrows.append((parent, box, ""))
        if made not in above:
            _grow(graph, box, made, members, known, above)
    elif isinstance(value, Node):
        for child in value.children():
            _grow_value(graph, parent, label, child, members, known, above)


def _direct_class(value: Any, known: dict[str, Host]) -> str | None:
    if isinstance(value, Host) and value.kind == "Call":
        func = value.fields["func"]
        if isinstance(func, Host) and func.kind == "Name" and func.fields["id"] in known:
            return str(func.fields["id"])
    return None


def _makes(node: Node, known: dict[str, Host]) -> bool:
    return any(isinstance(n, nodes.Layer) or _direct_class(n, known) for n in node.walk())


def layer_label(layer: nodes.Layer) -> str:
    """`conv2d(3, 64)`: the canonical name and what the source gave."""
    given = [short(layer.args[name]) for name in layer.given if name in layer.args
             and not any(isinstance(n, nodes.Layer) for n in _walk(layer.args[name]))]
    return f"{layer.op}({', '.join(given)})"


def _walk(value: Any) -> list[Node]:
    if isinstance(value, Node):
        return list(value.walk())
    return [n for item in value for n in _walk(item)] if isinstance(value, (list, tuple)) else []


def _flow_graph(title: str, flow: Flow) -> Graph:
    graph = Graph(title)
    for step in flow.steps:
        graph.add(step.label, step.sort)
    for number, step in enumerate(flow.steps):
        graph.arrows += [(producer, number, "") for producer in sorted(step.inputs) if producer != number]
    return graph


def _mermaid(graph: Graph) -> str:
    shapes = {"input": ('(["', '"])'), "output": ('(["', '"])'), "op": ('("', '")'), "layer": ('["', '"]'),
              "module": ('[["', '"]]')}
    lines = [f"---\ntitle: {graph.title}\n---", f"flowchart {'LR' if graph.title == 'modules' else 'TD'}"]
    for number, (label, sort) in enumerate(graph.boxes):
        opening, closing = shapes.get(sort, ('["', '"]'))
        text = label.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
        lines.append(f"  n{number}{opening}{text}{closing}:::{sort}")
    lines += [f"  n{a} --> n{b}" for a, b, _ in graph.arrows]
    used = sorted({sort for _, sort in graph.boxes})
    lines += [f"  classDef {sort} fill:{_COLOURS[sort][0]},stroke:{_COLOURS[sort][1]}" for sort in used]
    return "\n".join(lines)


_ROW, _CHAR, _GAP, _BOX = 44.0, 6.6, 24.0, 24.0


def _draw(graph: Graph, top: float) -> tuple[str, float, float]:
    """The graph's elements, its width and height; `top` is where it starts."""
    title = f'<text x="10" y="{top + 14:.0f}" font-weight="bold">{html.escape(graph.title)}</text>'
    places = _tree_places(graph) if graph.title == "modules" else _layer_places(graph)
    places = [(x + 10, y + top + 26, w) for x, y, w in places]
    parts = [title]
    for a, b, _ in graph.arrows:
        parts.append(_arrow(places[a], places[b], sideways=graph.title == "modules"))
    for (x, y, w), (label, sort) in zip(places, graph.boxes, strict=True):
        fill, stroke = _COLOURS[sort]
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{_BOX:.0f}" rx="5" fill="{fill}" '
                     f'stroke="{stroke}"/><text x="{x + w / 2:.1f}" y="{y + 16:.1f}" text-anchor="middle">'
                     f'{html.escape(label)}</text>')
    right = max((x + w for x, _, w in places), default=100.0)
    bottom = max((y + _BOX for _, y, _ in places), default=top + 26)
    return "\n".join(parts), right, bottom - top


def _width(label: str) -> float:
    return max(40.0, len(label) * _CHAR + 16)


def _tree_places(graph: Graph) -> list[tuple[float, float, float]]:
    """One row a box, in order, indented by depth: a tree as a file browser shows it."""
    parent = {b: a for a, b, _ in graph.arrows}
    depth: dict[int, int] = {}
    for number in range(len(graph.boxes)):
        depth[number] = depth[parent[number]] + 1 if number in parent else 0
    return [(depth[number] * 28.0, number * 30.0, _width(label)) for number, (label, _) in enumerate(graph.boxes)]


def _layer_places(graph: Graph) -> list[tuple[float, float, float]]:
    """Longest-path layers from top to bottom; within a layer boxes are ordered by the mean place of their producers."""
    level = [0] * len(graph.boxes)
    for a, b, _ in sorted(graph.arrows, key=lambda arrow: arrow[1]):
        if a < b:
            level[b] = max(level[b], level[a] + 1)
    rows: dict[int, list[int]] = {}
    for number, row in enumerate(level):
        rows.setdefault(row, []).append(number)
    centre: dict[int, float] = {}
    places = [(0.0, 0.0, 0.0)] * len(graph.boxes)
    for row in sorted(rows):
        sources = {n: [centre[a] for a, b, _ in graph.arrows if b == n and a in centre] for n in rows[row]}
        wanted = {n: sum(sources[n]) / len(sources[n]) if sources[n] else 0.0 for n in rows[row]}
        left = 0.0
        for n in sorted(rows[row], key=lambda n: (wanted[n], n)):
            width = _width(graph.boxes[n][0])
            left = max(left, wanted[n] - width / 2)
            places[n] = (left, row * _ROW, width)
            centre[n] = left + width / 2
            left += width + _GAP
    return places


def _arrow(a: tuple[float, float, float], b: tuple[float, float, float], sideways: bool) -> str:
    if sideways:
        x, y = a[0] + 12, a[1] + _BOX
        path = f"M{x:.1f} {y:.1f}V{b[1] + _BOX / 2:.1f}H{b[0]:.1f}"
    else:
        x, y, u, v = a[0] + a[2] / 2, a[1] + _BOX, b[0] + b[2] / 2, b[1]
        bend = max(12.0, (v - y) / 2)
        path = f"M{x:.1f} {y:.1f}C{x:.1f} {y + bend:.1f} {u:.1f} {v - bend:.1f} {u:.1f} {v:.1f}"
    return f'<path d="{path}" fill="none" stroke="#555" marker-end="url(#tip)"/>'
