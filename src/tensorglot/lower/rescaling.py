"""Functions that do nothing but change a weight in place, as code for initial values has them."""

from __future__ import annotations

from typing import Any

from ..parts import Part
from ..pivot.nodes import Block, Host, Idiom, Node, Op, is_literal
from .attributes import in_initialisation
from .mutation import changed


class Rescaling(Part):
    """Part of `Lowerer`."""

    def rescaled(self, node: Host) -> Block | None:
        """`rescale(layer.weight, depth)` as a statement: initial values of a layer, which have no place in the target."""
        value = node.fields["value"]
        if not (isinstance(value, Host) and value.kind == "Call" and value.fields["args"]) or \
                self.dialect is self.context.source_dialect or not self.in_initial_code():
            return None
        func = value.fields["func"]
        made = self.local_function(func.fields["id"]) if isinstance(func, Host) and func.kind == "Name" else None
        if made is None or not only_changes_first(made) or not self.is_weight(value.fields["args"][0]):
            return None
        return self.not_initialised(node)

    def in_initial_code(self) -> bool:
        """True in a function, or inside of one, that sets initial values only."""
        return any(in_initialisation(frame["name"].split(".<locals>")[0]) for frame in self.functions)

    def local_function(self, name: str) -> Host | None:
        """The only definition of a name in the functions around."""
        for frame in reversed(self.functions):
            found = [n for n in frame["node"].walk() if isinstance(n, Host) and n.kind == "FunctionDef" and
                     n.fields["name"] == name]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def serves_rescaling(self, node: Host) -> bool:
        """True for such a function where every use of it is a call that goes."""
        if not self.functions or self.dialect is self.context.source_dialect or not self.in_initial_code() or \
                not only_changes_first(node):
            return False
        around = self.functions[-1]["node"]
        name = node.fields["name"]
        uses = [n for n in around.walk() if isinstance(n, Host) and n.kind == "Name" and n.fields["id"] == name]
        gone = [n for n in around.walk() if isinstance(n, Host) and n.kind == "Expr" and isinstance(n.fields["value"], Host)
                and n.fields["value"].kind == "Call" and n.fields["value"].fields["func"] in uses
                and n.fields["value"].fields["args"] and self.is_weight(n.fields["value"].fields["args"][0])]
        return bool(uses) and len(uses) == len(gone) and self.local_function(name) is node


def only_changes_first(function: Host) -> bool:
    """True for a function that changes its first argument in place and does nothing else."""
    args = function.fields["args"].fields
    names = [a.fields["arg"] for a in (*args["posonlyargs"], *args["args"])]
    statements = _flat(function.fields["body"])
    return bool(names) and bool(statements) and all(_changes(s, names[0]) for s in statements)


def _flat(body: list[Any]) -> list[Node]:
    """Statements, those in contexts that only stop gradients too; without docstrings."""
    out: list[Node] = []
    for statement in body:
        if isinstance(statement, Host) and statement.kind == "With" and all(
                isinstance(i.fields["context_expr"], Idiom) and i.fields["context_expr"].name == "no_grad"
                for i in statement.fields["items"]):
            out += _flat(statement.fields["body"])
        elif not (isinstance(statement, Host) and statement.kind == "Expr" and is_literal(statement.fields["value"])):
            out.append(statement)
    return out


def _changes(statement: Node, name: str) -> bool:
    value = statement.fields["value"] if isinstance(statement, Host) and statement.kind == "Expr" else None
    x = changed(value) if isinstance(value, Op) and value.style == "inplace" else None
    return isinstance(x, Host) and x.kind == "Name" and x.fields["id"] == name
