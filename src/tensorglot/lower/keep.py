"""The source's axis order kept: where nothing tells the axes, or with ``--layout keep``.

Constructs of the target that take the source's order are told so; the others get a transpose in and out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..catalog import registry
from ..catalog.binding import Lowered, choose
from ..parts import Part
from ..pivot.nodes import Canonical, Host, Node, call, is_literal, literal

#: Operands that a function's axes concern where its entry does not list them.
_OPERANDS = ("x", "indices")


def concerns(entry: registry.Entry, source: str, dialect: Any) -> bool:
    """True for entries that want their axes in another order in the target than in the source."""
    if entry.rule.split()[0] not in ("demand", "channel") or dialect.PREFIX == source:
        return False
    theirs = next((entry.axes[f] for f in (dialect.PREFIX, *dialect.FALLBACK) if f in entry.axes), None)
    return theirs is None or theirs != entry.axes.get(source)


def told(lowered: Lowered, dialect: Any) -> Lowered | None:
    """The call with the argument that makes it take the source's order; None where it has none."""
    option = dialect.CHANNELS_FIRST.get(lowered.signature.callee)
    return None if option is None else replace(lowered, keywords={**lowered.keywords, **option})


class Keep(Part):
    """Part of `Lowerer`."""

    def keeps_order(self, entry: registry.Entry, node: Canonical) -> bool:
        """True where this construct has to work in the source's axis order, which is not its own."""
        if not self.layouts.kept or not concerns(entry, self.program.source, self.dialect):
            return False
        seen = self.layouts.layers.get(self.key(node)) if entry.kind == "layer" else None
        # tensors without spatial axes are the same in both orders
        return seen is None or any(len(order) > 2 for order in seen.orders)

    def in_source_order(self, entry: registry.Entry, framework: str, lowered: Lowered, node: Canonical,
                        args: dict[str, Any]) -> Node:
        """A lowered layer or function for tensors in the source's order."""
        self.target.kept += 1
        direct = told(lowered, self.dialect)
        if direct is not None:
            return self.written(direct, node, args)
        if entry.kind == "layer":
            made = self.written(lowered, node, args)
            made.span = None
            return self.placed(call(self.use("adapters.ChannelsFirst"), [made]), node)
        operands = entry.axes.get("operands", _OPERANDS)
        moved = {k: self.moved(v, 1, -1) if k in operands and isinstance(v, Node) else v for k, v in args.items()}
        lowered, _ = choose(entry, framework, moved, node.given)
        made = self.written(lowered, node, moved)
        made.span = None
        if _gives_indices(node):
            return self.placed(call(self.use("adapters.channels_first"), [made]), node)
        return self.placed(self.moved(made, -1, 1), node)

    def moved(self, value: Node, source: int, destination: int) -> Host:
        """The value with one axis moved; this needs no rank."""
        self.target.transposes += 1
        entry = registry.entry("function", "movedim")
        framework = next(f for f in (self.dialect.PREFIX, *self.dialect.FALLBACK) if entry.signatures.get(f))
        args = {"x": value, "source": source, "destination": destination}
        lowered, _ = choose(entry, framework, args, list(args))
        return call(self.use(lowered.signature.callee), lowered.args, lowered.keywords)


def _gives_indices(node: Canonical) -> bool:
    """True where a pooling function may give its indices, too."""
    value = node.args.get("return_indices", False)
    return not is_literal(value) or bool(literal(value))
