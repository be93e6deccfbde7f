"""Input specifications: `float32[2,3,32,32]`, `int64[2,16]<100`, `mask=bool[2,5]`, `@file.py:function`, ...

Grammar::

    input  := [name "="] spec
    spec   := dtype "[" dims "]" ["<" int | ":" low ".." high]
            | "None" | "True" | "False" | number | "'text'"
            | "(" spec, ... ")" | "[" spec, ... "]" | "{" 'key' ":" spec, ... "}"
            | "@" path.py ":" function

Floats are drawn from the standard normal distribution, or uniformly from [low, high); integers from [low, high),
where `<n` stands for `0..n` and the default is `0..2`.
"""

from __future__ import annotations

import ast
import runpy
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..diagnostics import TensorglotError

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8")
COMPLEX = ("complex64", "complex128")
DTYPES = (*FLOATS, *INTEGERS, *COMPLEX, "bool")

#: More elements than this in one input are taken for a typing error.
MAX_ELEMENTS = 2**31

_REMEDY = ("write for example float32[2,3,32,32], int64[2,16]<100, float32[2,3]:0..1, mask=bool[2,5], None, 3, "
           "'text', [float32[2,3], None] or @file.py:function")


@dataclass(frozen=True)
class InputSpec:
    """One argument of a model's call.

    `kind` is ``"tensor"``, ``"value"``, ``"list"``, ``"tuple"``, ``"dict"`` or ``"file"``; `name` is the keyword, or
    None for a positional argument. `low` and `high` bound the drawn numbers. `items` holds the parts of a collection
    (`keys` those of a dict), `value` a plain scalar, `file` and `function` the place of a function to call.
    """

    kind: str
    name: str | None = None
    dtype: str = "float32"
    shape: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    value: Any = None
    items: tuple[InputSpec, ...] = ()
    keys: tuple[str, ...] = ()
    file: str = ""
    function: str = ""

    def __str__(self) -> str:
        text = self._body()
        return f"{self.name}={text}" if self.name else text

    def _body(self) -> str:
        if self.kind == "tensor":
            return f"{self.dtype}[{','.join(map(str, self.shape))}]{self._range()}"
        if self.kind == "list":
            return f"[{', '.join(map(str, self.items))}]"
        if self.kind == "tuple":
            return f"({', '.join(map(str, self.items))}{',' if len(self.items) == 1 else ''})"
        if self.kind == "dict":
            return "{" + ", ".join(f"{k!r}: {v}" for k, v in zip(self.keys, self.items, strict=True)) + "}"
        if self.kind == "file":
            return f"@{self.file}:{self.function}"
        return repr(self.value)

    def _range(self) -> str:
        if self.high is None:
            return ""
        if self.dtype in INTEGERS:
            return f"<{int(self.high)}" if not self.low else f":{int(self.low)}..{int(self.high)}"
        return f":{self.low:g}..{self.high:g}"


def parse_input(text: str) -> InputSpec:
    """Parses one `--input`; raises `TensorglotError` (TG002) that points at the offending character."""
    reader = _Reader(text)
    name = reader.keyword()
    spec = reader.spec()
    reader.skip()
    if reader.at < len(text):
        reader.fail(f"unexpected {text[reader.at:]!r}")
    return replace(spec, name=name)


class _Reader:
    """Recursive-descent parser over one specification."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0

    def fail(self, reason: str) -> Any:
        raise TensorglotError(f"input specification {self.text!r}: {reason} (at character {self.at + 1})",
                              code="TG002", remedy=_REMEDY, col=self.at, source_line=self.text)

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, literal: str) -> bool:
        self.skip()
        if self.text.startswith(literal, self.at):
            self.at += len(literal)
            return True
        return False

    def expect(self, literal: str) -> None:
        if not self.take(literal):
            found = self.text[self.at:self.at + 1]
            self.fail(f"expected {literal!r}" + (f", found {found!r}" if found else ", found the end"))

    def word(self, extra: str = "") -> str:
        self.skip()
        start = self.at
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] in "_" + extra):
            self.at += 1
        return self.text[start:self.at]

    def keyword(self) -> str | None:
        head, equals, _ = self.text.partition("=")
        if equals and head.strip().isidentifier():
            self.at = len(head) + 1
            return head.strip()
        return None

    def spec(self) -> InputSpec:
        self.skip()
        ch = self.text[self.at:self.at + 1]
        if not ch:
            self.fail("empty")
        if ch == "@":
            return self.file()
        if ch in "'\"":
            return self.string()
        if ch in "([{":
            return self.collection(ch)
        if ch.isdigit() or ch in "+-.":
            return self.number_value()
        return self.tensor_or_constant()

    def tensor_or_constant(self) -> InputSpec:
        start = self.at
        word = self.word()
        constants = {"None": None, "True": True, "False": False}
        if word in constants:
            return InputSpec("value", value=constants[word])
        if word not in DTYPES:
            self.at = start
            self.fail(f"unknown dtype {word!r}; known are {', '.join(DTYPES)}" if word else
                      f"unexpected {self.text[start]!r}")
        return self.tensor(word)

    def tensor(self, dtype: str) -> InputSpec:
        self.expect("[")
        dims: list[int] = []
        while not self.take("]"):
            if dims:
                self.expect(",")
            dims.append(self.dimension())
        if int(np.prod(dims, dtype=object)) > MAX_ELEMENTS:
            self.fail(f"{int(np.prod(dims, dtype=object))} elements are too many")
        low, high = self.range(dtype)
        return InputSpec("tensor", dtype=dtype, shape=tuple(dims), low=low, high=high)

    def dimension(self) -> int:
        word = self.word()
        if not word.isdigit():
            self.fail(f"a dimension must be a whole number, not {word or self.text[self.at:self.at + 1]!r}")
        return int(word)

    def range(self, dtype: str) -> tuple[float | None, float | None]:
        low: float | None = None
        high: float | None = None
        if self.take("<"):
            if dtype not in INTEGERS:
                self.fail(f"'<' bounds integers; for {dtype} write ':low..high'")
            low, high = 0, self.number(whole=True)
        elif self.take(":"):
            low = self.number(whole=dtype in INTEGERS)
            self.expect("..")
            high = self.number(whole=dtype in INTEGERS)
        if high is not None and low is not None and not low < high:
            self.fail(f"empty range {low:g}..{high:g}")
        if high is not None and dtype in ("bool", *COMPLEX):
            self.fail(f"{dtype} takes no range")
        return low, high

    def number(self, whole: bool) -> float:
        self.skip()
        start = self.at
        # A decimal point belongs to the number only if it is no part of "..".
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] in "+-" or (
                self.text[self.at] == "." and self.text[self.at:self.at + 2] != "..")):
            self.at += 1
        word = self.text[start:self.at]
        try:
            return int(word) if whole else float(word)
        except ValueError:
            self.at = start
            return self.fail(f"expected a {'whole ' if whole else ''}number, found {word!r}")

    def number_value(self) -> InputSpec:
        start = self.at
        value = self.number(whole=False)
        word = self.text[start:self.at]
        return InputSpec("value", value=int(word) if word.lstrip("+-").isdigit() else value)

    def string(self) -> InputSpec:
        quote = self.text[self.at]
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            self.fail("string without an end")
        value = ast.literal_eval(self.text[self.at:end + 1])
        self.at = end + 1
        return InputSpec("value", value=value)

    def collection(self, opening: str) -> InputSpec:
        closing = {"(": ")", "[": "]", "{": "}"}[opening]
        self.at += 1
        items: list[InputSpec] = []
        keys: list[str] = []
        while not self.take(closing):
            if items:
                self.expect(",")
                if self.take(closing):
                    break
            if opening == "{":
                self.skip()
                keys.append(str(self.string().value) if self.text[self.at:self.at + 1] in ("'", '"') else self.word())
                self.expect(":")
            items.append(self.spec())
        kind = {"(": "tuple", "[": "list", "{": "dict"}[opening]
        return InputSpec(kind, items=tuple(items), keys=tuple(keys))

    def file(self) -> InputSpec:
        text = self.text[self.at + 1:].strip()
        path, colon, function = text.rpartition(":")
        if not colon or not path.endswith(".py") or not function.isidentifier():
            self.fail("a function is written @file.py:function")
        self.at = len(self.text)
        return InputSpec("file", file=path, function=function)


def materialise(spec: InputSpec, seed: int | np.random.Generator = 0) -> Any:
    """The argument itself: numpy arrays for tensors, plain values else; `@file.py:function` is executed and called.

    Equal seeds give equal values; give each argument of a call its own seed, or one `Generator` to all.
    Raises `TensorglotError` (TG002) where a file or function is missing.
    """
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    if spec.kind == "tensor":
        return _array(spec, rng)
    if spec.kind == "file":
        return load_function(spec)()
    parts = [materialise(item, rng) for item in spec.items]
    if spec.kind == "dict":
        return dict(zip(spec.keys, parts, strict=True))
    return {"list": list, "tuple": tuple}[spec.kind](parts) if spec.kind in ("list", "tuple") else spec.value


def _array(spec: InputSpec, rng: np.random.Generator) -> np.ndarray:
    if spec.dtype == "bool":
        return rng.integers(0, 2, spec.shape).astype(bool)
    if spec.dtype in INTEGERS:
        return rng.integers(int(spec.low or 0), int(2 if spec.high is None else spec.high), spec.shape,
                            dtype=np.int64).astype(spec.dtype)
    if spec.dtype in COMPLEX:
        return (rng.standard_normal(spec.shape) + 1j * rng.standard_normal(spec.shape)).astype(spec.dtype)
    bounds = None if spec.low is None or spec.high is None else (spec.low, spec.high)
    values = rng.standard_normal(spec.shape) if bounds is None else rng.uniform(*bounds, spec.shape)
    return np.asarray(values).astype(_float_type(spec.dtype))


def _float_type(dtype: str) -> Any:
    if dtype == "bfloat16":
        import ml_dtypes
        return ml_dtypes.bfloat16
    return dtype


def load_function(spec: InputSpec) -> Callable[[], Any]:
    """The function named by `@file.py:function`; the file is executed. Raises `TensorglotError` (TG002)."""
    path = Path(spec.file)
    if not path.is_file():
        raise TensorglotError(f"input {spec}: no such file {spec.file}", code="TG002", remedy=_REMEDY)
    namespace = runpy.run_path(str(path))
    function = namespace.get(spec.function)
    if not callable(function):
        raise TensorglotError(f"input {spec}: {spec.file} defines no function {spec.function!r}", code="TG002",
                              remedy=_REMEDY)
    return function


def with_batch(spec: InputSpec, n: int) -> InputSpec:
    """The same input with `n` as the first axis of every tensor (scalars are left alone)."""
    if spec.kind == "tensor" and spec.shape:
        return resized(spec, 0, n)
    return replace(spec, items=tuple(with_batch(item, n) for item in spec.items))


def resized(spec: InputSpec, axis: int, n: int) -> InputSpec:
    """The same tensor input with size `n` along `axis`; raises `IndexError` where there is no such axis."""
    shape = list(spec.shape)
    shape[axis] = n
    return replace(spec, shape=tuple(shape))
