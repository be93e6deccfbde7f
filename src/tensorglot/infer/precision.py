"""Which floats have single precision whatever the default is: meeting others, they are promoted one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..pivot.nodes import Canonical, Node, Op, Ref, is_literal, literal
from .tape import Call, Value

_SINGLE = "float32"

_INTEGER = "int64"
#: Origins of integers: the model's inputs and buffers, functions that find places, functions that make tensors.
_GIVEN, _INDICES, _MADE = frozenset({"given"}), frozenset({"indices"}), frozenset({"made"})

#: Dtypes whose values single precision holds, for what programs do with them.
_WHOLE = frozenset({"bool", "uint8", "int8", "int16", "int32", "int64"})


class Precision:
    """Follows explicit single precision through the calls of a tape, in their order; `nodes` is the text, by site."""

    def __init__(self, nodes: Mapping[Any, Canonical]) -> None:
        self.nodes = nodes
        self.single: set[tuple[int, int]] = set()
        #: Sites where Python's floats become a tensor that meets floats of the default: it has to be one of these.
        self.floating: set[Any] = set()
        self._literal: dict[tuple[int, int], set[Any]] = {}
        self._integers: dict[tuple[int, int], frozenset[str]] = {}

    def mixed(self, call: Call) -> bool:
        """Notes the results of a call; True where floats of single precision meet floats of the default."""
        floats = [v for _, v in call.inputs if v.dtype == _SINGLE]
        single = [v for v in floats if v.key in self.single and not (v.info.get("param") or v.info.get("buffer"))]
        node = self.nodes.get(call.at) if call.at is not None else None
        self._follow_literals(call, node)
        if self._asks(node, call) or (single and len(single) == len(floats) and not _given_dtype(node)):
            self.single |= {v.key for v in call.outputs if v.dtype == _SINGLE}
        return 0 < len(single) < len(floats)

    def mixes_integers(self, call: Call) -> bool:
        """Notes where integers come from; True where those of several origins meet.

        The source has int64 everywhere. Targets have int32 or int64: for what their functions make, by function and
        default float; for indices; and for what the model is given, as it is given.
        """
        origins = {self._integers.get(v.key, _GIVEN) for _, v in call.inputs if v.dtype == _INTEGER}
        made = frozenset().union(*origins) if origins else _INDICES if call.inputs else _MADE
        node = self.nodes.get(call.at) if call.at is not None else None
        if _given_dtype(node):
            made = frozenset({"cast"})
        self._integers.update((v.key, made) for v in call.outputs if v.dtype == _INTEGER)
        return len(origins) > 1

    def _follow_literals(self, call: Call, node: Canonical | None) -> None:
        """Follows tensors of Python's floats, which have single precision in the target whatever its default is."""
        floats = [v for _, v in call.inputs if v.dtype == _SINGLE]
        literal_sites = [self._literal.get(v.key, set()) for v in floats]
        if isinstance(node, Op) and node.op == "tensor" and not _given_dtype(node) and _is_float(call.args.get("value")):
            origins = {call.at}
        elif literal_sites and all(literal_sites):
            origins = set().union(*literal_sites)
        else:
            self.floating |= set().union(*literal_sites)
            return
        self._literal.update((v.key, origins) for v in call.outputs if v.dtype == _SINGLE)

    def buffers(self, values: Iterable[Value]) -> dict[str, set[str]]:
        """Buffers that got a tensor of single precision, by class: as part of a module they follow its dtype."""
        found: dict[str, set[str]] = {}
        for value in values:
            if value.owner is not None and value.key in self.single:
                found.setdefault(value.owner[0], set()).add(value.owner[1])
        return found

    @staticmethod
    def _asks(node: Canonical | None, call: Call) -> bool:
        """True where single precision is written, but for the default float that whole numbers become."""
        return isinstance(node, Op) and is_single(node.args.get("dtype")) and not (
            becomes_float(node) and is_whole(v.dtype for _, v in call.inputs))


def _is_float(value: Any) -> bool:
    """True for a float of Python, and sequences with one."""
    if isinstance(value, (list, tuple)):
        return any(_is_float(v) for v in value)
    return isinstance(value, float)


def becomes_float(node: Op) -> bool:
    """True for `x.float()`, where no dtype is written as such."""
    return node.op == "cast" and node.args.get("dtype") == _SINGLE


def is_whole(dtypes: Any) -> bool:
    """True for dtypes of integers and booleans, at least one."""
    dtypes = list(dtypes)
    return bool(dtypes) and all(d in _WHOLE for d in dtypes)


def is_single(dtype: Any) -> bool:
    """True where single precision is written."""
    if isinstance(dtype, Ref):
        return dtype.sort == "dtype" and dtype.op == _SINGLE
    return dtype == _SINGLE or isinstance(dtype, Node) and is_literal(dtype) and literal(dtype) == _SINGLE


def _given_dtype(node: Canonical | None) -> bool:
    """True where the dtype of the result is said, by value or by another tensor's."""
    if not isinstance(node, Op):
        return False
    dtype = node.args.get("dtype")
    return node.op == "cast_like" or dtype is not None and not (
        isinstance(dtype, Node) and is_literal(dtype) and literal(dtype) is None)
