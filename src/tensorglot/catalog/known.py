"""What a codec may know of a value that is no literal.

Overloads are told apart by the kind of an argument (`torch.max(x, 1)` against `torch.max(x, y)`), and Python operators
are kept only where dtypes allow it. Both need facts about opaque values. A pass that has them installs an *oracle*
around binding and lowering: `with knowing(oracle): ...`. Without one, opaque values are unknown; a codec that must
decide then declines rather than guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from ..pivot.nodes import Host, Idiom, Node, Op, literal
from ..pivot.nodes import is_literal as is_literal_node

DTYPES = frozenset({"float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
                    "uint32", "uint64", "bool", "complex64", "complex128"})
FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})
#: Names that PyTorch gives to the classes of tensors on a device → dtype (`torch.FloatTensor`, `torch.cuda.FloatTensor`).
TENSOR_TYPES = {f"{home}{name}Tensor": dtype for home in ("torch.", "torch.cuda.") for name, dtype in {
    "Half": "float16", "BFloat16": "bfloat16", "Float": "float32", "Double": "float64", "Char": "int8", "Short": "int16",
    "Int": "int32", "Long": "int64", "Byte": "uint8", "Bool": "bool"}.items()}
INTS = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})


@dataclass(frozen=True)
class Known:
    """What is known of a value; None: unknown.

    `kind`: ``tensor``, ``number``, ``bool``, ``sequence``, ``dtype``, ``device``, ``str``, ``none``, ``object``.
    `dtype` (canonical name) and `shape` are those of a tensor in the source framework; `number` is ``float``, ``int`` or
    ``numpy`` (a floating-point scalar of NumPy), `cls` the dotted class of an object that holds tensors.
    """

    kind: str | None = None
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    number: str | None = None
    cls: str | None = None
    #: Number of items of a sequence.
    length: int | None = None
    #: True where some example gave None.
    optional: bool = False
    #: What is known of the items of a recorded sequence.
    items: tuple[Known, ...] = ()


Oracle = Callable[[Any], Known]
#: Stands for what the op gave in the first example: `known(RESULT)`.
RESULT = object()
_ORACLE: ContextVar[Oracle | None] = ContextVar("oracle", default=None)


@contextmanager
def knowing(oracle: Oracle) -> Iterator[None]:
    """Answers `known` by `oracle` for values that are no literals, within the block."""
    token = _ORACLE.set(oracle)
    try:
        yield
    finally:
        _ORACLE.reset(token)


def plain(value: Any) -> Any:
    """The Python value of a literal node, else the value itself."""
    return literal(value) if isinstance(value, Node) and is_literal_node(value) else value


def recorded(value: Any, tensors: dict[Any, Any] | None = None) -> Known:
    """What a recorded value of a tape tells (docs/architecture.md, "Tape"); `tensors` is the run's table."""
    if not isinstance(value, dict):
        fact = known(value)
        return replace(fact, number=type(value).__name__) if type(value) in (int, float) else fact
    if "t" in value:
        info = (tensors or {}).get(value["t"])
        return Known("tensor", info["dtype"], tuple(info["shape"])) if info else Known("tensor")
    if "obj" in value:
        return Known("object", cls=value["obj"])
    if "size" in value:  # the shape of a tensor
        info = (tensors or {}).get(value["size"])
        return Known("sequence", length=len(info["shape"]) if info else None)
    if value.keys() & {"l", "tu"}:
        items = tuple(recorded(v, tensors) for v in value.get("l") or value.get("tu") or ())
        return Known("sequence", length=len(items), items=items)
    last = str(value.get("ref") or value.get("py") or "").rpartition(".")[2]
    if "py" in value:
        number = {"float": "float", "float64": "numpy", "float32": "numpy"}.get(last)
        kind = {"device": "device", "str": "str", "ndarray": "sequence"}.get(last)
        return Known("number" if number else kind, number=number)
    return Known("dtype" if last in DTYPES or value.get("ref") in TENSOR_TYPES else None)


def note_seen(value: Any, told: Any, tensors: dict[Any, Any], into: dict[int, Known]) -> None:
    """Notes what a recorded value tells of an argument, and of the items of a tuple or list, by identity."""
    if value is None:
        return
    before, now = into.get(id(value)), recorded(told, tensors)
    optional = "none" in (now.kind, before.kind if before else None) or before is not None and before.optional
    into[id(value)] = replace(before if before is not None and before.kind != "none" else now, optional=optional)
    items = value.fields["elts"] if getattr(value, "kind", None) in ("Tuple", "List") else value
    parts = (told.get("tu") or told.get("l")) if isinstance(told, dict) else None
    if isinstance(items, (list, tuple)) and parts and len(items) == len(parts):
        for item, part in zip(items, parts, strict=True):
            note_seen(item, part, tensors, into)


def _of_node(value: Any) -> Known:
    """What the kind of a pivot node tells."""
    if isinstance(value, Op):
        kind = {"dtype": "dtype", "device_of": "device", "shape": "sequence", "size": "number", "rank": "number",
                "element_count": "number"}.get(value.op)
        return Known(kind)
    if isinstance(value, Idiom) and value.name == "device":
        return Known("device")
    if isinstance(value, Host) and value.kind == "Attribute" and value.fields["attr"] in ("device", "dtype"):
        return Known(value.fields["attr"])
    if isinstance(value, Host) and value.kind == "Subscript" and known(value.fields["value"]).kind == "sequence" and \
            getattr(value.fields["slice"], "kind", None) == "Slice":
        return Known("sequence")
    if isinstance(value, Host) and value.kind == "UnaryOp":
        return known(value.fields["operand"])
    if isinstance(value, Host) and value.kind == "Call" and isinstance(value.fields["func"], Host) and \
            value.fields["func"].fields.get("id") in ("float", "int"):
        return Known("number", number=value.fields["func"].fields["id"])
    if isinstance(value, Host) and value.kind == "BinOp":
        sides = {known(value.fields["left"]).kind, known(value.fields["right"]).kind}
        return Known("number" if sides == {"number"} else "tensor" if "tensor" in sides else None)
    return Known()


def known(value: Any) -> Known:
    """What is known of a value: by inspection of a literal or recorded value, by the oracle of anything else."""
    value = plain(value)
    if isinstance(value, dict):
        return recorded(value)
    if value is None:
        return Known("none")
    if isinstance(value, bool):
        return Known("bool")
    if isinstance(value, (int, float)):
        return Known("number")
    if isinstance(value, str):
        device = value.split(":")[0] in ("cpu", "cuda", "mps", "meta", "xpu")
        return Known("dtype" if value in DTYPES or value in TENSOR_TYPES else "device" if device else "str")
    if isinstance(value, (tuple, list)):
        return Known("sequence", length=len(value))
    if getattr(value, "kind", None) in ("Tuple", "List", "ListComp"):
        return Known("sequence")
    oracle = _ORACLE.get()
    told = oracle(value) if oracle else Known()
    return told if told.kind else _of_node(value)
