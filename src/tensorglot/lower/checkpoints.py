"""`state_dict()` and `load_state_dict(…)` as wholes: the list of a model's weights, which the target gives and takes."""

from __future__ import annotations

from typing import Any

from ..pivot.nodes import Host, Node, call, dotted_path, is_literal, literal

_READERS = frozenset({"dict", "list", "len", "sorted", "enumerate", "set", "zip", "iter", "OrderedDict",
                      "collections.OrderedDict"})
_REMEDY = "Convert the checkpoint with `tensorglot convert` and call model.load_weights."


def state_call(lowerer: Any, node: Host, method: str, model: Node) -> Node:
    """The call in the target where the weights stay one value; else its mark."""
    parents = lowerer.parents
    whole = _state(node) if method == "state_dict" else None
    if method == "load_state_dict" and _is_statement(node, parents):
        whole = _state_given(node)
    if whole is None or method == "state_dict" and _is_mapping(node, parents):
        return lowerer.mark(node, "TG013", f"{method} has no counterpart", _REMEDY)
    written = "get_weights" if method == "state_dict" else "set_weights"
    lowerer.report(node, "TG013", f"{method} became {written}, a list in the target's order, which fits no checkpoint of "
                   "the source", "Convert checkpoints with `tensorglot convert`.", "warning")
    func = Host("Attribute", {"value": model, "attr": written}, verbatim=False)
    return lowerer.placed(call(func, lowerer.visit(whole)), node)


def parents_of(body: Node) -> dict[int, Node]:
    """The parent of every node of a tree, by identity."""
    return {id(child): node for node in body.walk() for child in node.children()}


def _state(node: Host) -> list[Node] | None:
    return None if node.fields["args"] or node.fields["keywords"] else []


def _state_given(node: Host) -> list[Node] | None:
    """The weights handed to `load_state_dict`; None for a mapping that is spelled out, and for a part of the weights."""
    words = {k.fields["arg"]: k.fields["value"] for k in node.fields["keywords"]}
    values = [*node.fields["args"], *(v for k, v in words.items() if k == "state_dict")]
    strict = words.get("strict")
    if len(values) != 1 or set(words) - {"state_dict", "strict"} or strict is not None and not (
            is_literal(strict) and literal(strict) is True):
        return None
    spelled = isinstance(values[0], Host) and values[0].kind in ("Dict", "DictComp", "Starred")
    return None if spelled else values


def _is_statement(node: Node, parents: dict[int, Node]) -> bool:
    above = parents.get(id(node))
    return isinstance(above, Host) and above.kind == "Expr"


def _is_mapping(node: Node, parents: dict[int, Node]) -> bool:
    """True where a value, or the name that it is given, is used as a mapping."""
    above = parents.get(id(node))
    if not isinstance(above, Host):
        return False
    if above.kind == "Assign" and above.fields["value"] is node:
        names = [t.fields["id"] for t in above.fields["targets"] if isinstance(t, Host) and t.kind == "Name"]
        targets = {id(t) for t in above.fields["targets"]}
        return any(_is_mapping(n, parents) for n in _around(above, parents).walk()
                   if isinstance(n, Host) and n.kind == "Name" and n.fields["id"] in names and id(n) not in targets)
    if above.kind == "Call":
        return above.fields["func"] is not node and dotted_path(above.fields["func"]) in _READERS
    if above.kind == "Dict":
        return any(k is None and v is node for k, v in zip(above.fields["keys"], above.fields["values"], strict=True))
    return above.kind in ("Attribute", "Subscript", "For", "comprehension", "Compare", "Starred") or \
        above.kind == "keyword" and above.fields["arg"] is None


def _around(node: Node, parents: dict[int, Node]) -> Node:
    """The function, or else the module, that a node stands in."""
    while id(node) in parents and not (isinstance(node, Host) and node.kind in ("FunctionDef", "AsyncFunctionDef")):
        node = parents[id(node)]
    return node
