"""Transposes: those that the axis orders need, merged with others, also the source's own, that stand next to them."""

from __future__ import annotations

import ast
from typing import Any

from ..parts import Part
from ..pivot.nodes import Host, Node, Op, call, is_literal, literal, unwrapped

#: Roles of calls that transpose their first argument, followed by the axes: added ones, the source's own, and two axes
#: that the source's swap.
_ADDED, _OWN, _SWAP = "added transpose ", "own transpose ", "swap "


class Transposes(Part):
    """Part of `Lowerer`."""

    def transposed(self, value: Node, axes: list[int] | tuple[int, ...]) -> Node:
        """A value with its axes in another order; of two transposes in a row one is left, or none."""
        inner = _axes(value, len(axes))
        if inner is None:
            return self._transpose(value, axes, _ADDED)
        self.target.transposes -= 1
        before = unwrapped(value)
        return self._transpose(before.fields["args"][0], [inner[i] for i in axes],
                               _ADDED if before.role.startswith(_ADDED) else _OWN)

    def _transpose(self, value: Node, axes: list[int] | tuple[int, ...], role: str) -> Node:
        if list(axes) == sorted(axes):
            return value
        made = call(self.use(self.dialect.TRANSPOSE), [value, tuple(axes)])
        made.role = f"{role}{tuple(axes)}"
        return made

    def own_transpose(self, node: Op, args: dict[str, Any], made: Node) -> Node:
        """A transpose of the source, as `made`, or together with one that was added to its operand."""
        ends = [_number(args.get(k)) for k in ("axis1", "axis2")]
        swap = node.op == "transpose" and None not in ends
        axes = _numbers(args.get("axes")) if node.op == "permute" else None
        if not (swap or axes) or not isinstance(made, Host) or made.kind != "Call" or not made.fields["args"]:
            return made
        x = unwrapped(args["x"]) if isinstance(args["x"], Host) else None
        if x is None or not (x.role or "").startswith(_ADDED):
            made.role = f"{_SWAP}{tuple(ends)}" if swap else f"{_OWN}{axes}"
            return made
        inner = _axes(x, None)
        assert inner is not None
        self.target.transposes -= 1
        order = _swapped(ends, len(inner)) if swap else [a % len(inner) for a in axes or ()]
        return self._transpose(x.fields["args"][0], [inner[i] for i in order], _OWN)


def _axes(value: Node, rank: int | None) -> list[int] | None:
    """The axes by which a value was transposed last; None where it is no transpose."""
    role = (unwrapped(value).role or "") if isinstance(value, Host) else ""
    for prefix in (_ADDED, _OWN):
        if role.startswith(prefix):
            axes = ast.literal_eval(role.removeprefix(prefix))
            return [a % len(axes) for a in axes]
    return _swapped(ast.literal_eval(role.removeprefix(_SWAP)), rank) if role.startswith(_SWAP) and rank else None


def _swapped(ends: Any, rank: int) -> list[int]:
    axes = list(range(rank))
    axes[ends[0]], axes[ends[1]] = axes[ends[1]], axes[ends[0]]
    return axes


def _number(value: Any) -> Any:
    value = literal(value) if isinstance(value, Node) and is_literal(value) else value
    return value if type(value) is int else None


def _numbers(value: Any) -> tuple[int, ...] | None:
    value = literal(value) if isinstance(value, Node) and is_literal(value) else value
    items: list[Any] = [_number(v) for v in value] if isinstance(value, (tuple, list)) else [None]
    return None if None in items else tuple(items)
