"""Sample arguments of the catalog's tensor functions, by canonical name.

`SAMPLES[entry]` is a list of canonical arguments; float arrays are cast to the dtype under test. Entries named in
`HOST_ONLY` have nothing to compare, with the reason.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from evaluating import key

_rng = np.random.default_rng(0)


def f(*shape: int) -> np.ndarray:
    """Normally distributed numbers."""
    return np.asarray(_rng.standard_normal(shape))


def pos(*shape: int) -> np.ndarray:
    """Numbers in [0.3, 2)."""
    return np.asarray(_rng.uniform(0.3, 2.0, shape))


def unit(*shape: int) -> np.ndarray:
    """Numbers in (-0.9, 0.9)."""
    return np.asarray(_rng.uniform(-0.9, 0.9, shape))


def i(high: int, *shape: int) -> np.ndarray:
    """Integers in [0, high)."""
    return np.asarray(_rng.integers(0, high, shape), dtype="int64")


def b(*shape: int) -> np.ndarray:
    """Booleans."""
    return np.asarray(_rng.random(shape) < 0.5)


def c(*shape: int) -> np.ndarray:
    """Complex numbers."""
    return np.asarray(_rng.standard_normal(shape) + 1j * _rng.standard_normal(shape))


def spd(n: int) -> np.ndarray:
    """A symmetric positive definite matrix."""
    a = _rng.standard_normal((n, n))
    return a @ a.T + n * np.eye(n)


SPECIAL = np.array([[0.5, np.nan, np.inf], [-np.inf, -0.0, 2.0]])
TIES = np.array([[1.0, 3.0, 3.0, 2.0], [2.0, 2.0, -1.0, 0.0]])
SAMPLES: dict[str, list[dict[str, Any]]] = {}


def add(name: str, *samples: dict[str, Any]) -> None:
    """Adds samples of an entry."""
    SAMPLES.setdefault(name, []).extend(samples)


# Elementwise.
for _name in ("abs", "exp", "exp2", "expm1", "square", "sign", "floor", "ceil", "trunc", "sin", "cos", "tan", "atan",
              "sinh", "cosh", "asinh", "erf", "erfc", "deg2rad", "rad2deg", "sinc", "frac", "signbit", "sgn",
              "negative",
              "positive"):
    add(_name, {"x": 1.5 * f(3, 4)})
for _name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal"):
    add(_name, {"x": pos(3, 4)})
for _name in ("asin", "acos", "atanh", "erfinv"):
    add(_name, {"x": unit(3, 4)})
add("acosh", {"x": 1 + pos(3, 4)})
add("abs", {"x": c(3)}, {"x": i(9, 3) - 4})
for _name in ("lgamma", "digamma"):
    add(_name, {"x": pos(7)}, {"x": np.array([-2.5, -0.3, 0.1, 7.0, 30.0, 123.4])})
for _name in ("isnan", "isinf", "isfinite", "isposinf", "isneginf"):
    add(_name, {"x": SPECIAL})
add("round", {"x": 3 * f(4)}, {"x": np.array([0.5, 1.5, -2.5])}, {"x": 3 * f(4), "decimals": 2})
add("nan_to_num", {"x": SPECIAL}, {"x": SPECIAL, "nan": 1.0, "posinf": 5.0, "neginf": -5.0})
add("logit", {"x": np.abs(unit(4))}, {"x": np.array([0.0, 0.3, 1.0]), "eps": 0.1})
for _name in ("add", "subtract", "multiply"):
    add(_name, {"x": f(3, 4), "y": f(4)}, {"x": f(3), "y": 2.5}, {"x": 2, "y": f(3)}, {"x": i(9, 3), "y": f(3)},
        {"x": i(9, 3), "y": 0.5}, {"x": i(9, 3), "y": i(9, 3)})
for _name in ("add", "subtract"):
    add(_name, {"x": f(3, 4), "y": f(4), "alpha": 0.3}, {"x": f(3), "y": f(3), "alpha": 2})
    add(_name, {"x": i(9, 3), "y": f(3), "alpha": 2.0})
add("add", {"x": b(4), "y": f(4)})
add("multiply", {"x": b(4), "y": f(4)}, {"x": f(4), "y": b(4)}, {"x": c(3), "y": c(3)})
add("divide", {"x": f(3, 4), "y": pos(4)}, {"x": f(3), "y": 2}, {"x": 1, "y": pos(3)}, {"x": i(9, 3), "y": i(5, 3) + 1},
    {"x": i(9, 3), "y": 2})
for _name in ("floor_divide", "remainder", "trunc_divide", "fmod"):
    add(_name, {"x": 5 * f(6), "y": np.array([2.0, -2.0, 0.7, -0.7, 1.3, -1.3])}, {"x": 5 * f(6), "y": 2.0},
        {"x": np.array([7, -7, 7, -7]), "y": np.array([2, 2, -2, -2])})
add("power", {"x": pos(3, 4), "y": f(4)}, {"x": f(3), "y": 2}, {"x": 2.0, "y": f(3)}, {"x": f(3), "y": 3.0})
add("atan2", {"y": f(3, 4), "x": f(4)})
add("hypot", {"x": f(3, 4), "y": f(4)})
add("logaddexp", {"x": f(3, 4), "y": f(4)})
add("xlogy", {"x": np.array([0.0, 1.0, 2.0]), "y": np.array([1.0, 2.0, 3.0])})
add("copysign", {"x": f(4), "y": np.array([1.0, -1.0, 0.0, -0.0])})
add("heaviside", {"x": np.array([-1.0, 0.0, 2.0]), "y": np.array([0.5, 0.5, 0.5])})
add("lerp", {"x": f(3), "y": f(3), "weight": 0.3}, {"x": f(3), "y": f(3), "weight": unit(3)})
for _name in ("addcmul", "addcdiv"):
    add(_name, {"x": f(3), "y": f(3), "z": pos(3)}, {"x": f(3), "y": f(3), "z": pos(3), "value": 0.5})
for _name in ("maximum", "minimum", "fmax", "fmin"):
    add(_name, {"x": f(3, 4), "y": f(4)})
add("maximum", {"x": i(9, 4), "y": i(9, 4)})
# Keras on TensorFlow would take these for biases of the last axis.
add("add", {"x": f(3, 6, 3), "y": i(9, 3, 1, 1)}, {"x": i(9, 3, 1, 1), "y": f(3, 6, 3)}, {"x": f(5, 5), "y": i(9, 5, 1)},
    {"x": i(9, 1, 5, 1), "y": f(1, 1, 5)}, {"x": i(9, 5, 1), "y": f(3, 5, 1)}, {"x": f(3, 6, 3), "y": i(9, 3, 1, 1), "alpha": 2})
add("clamp", {"x": f(5), "low": -0.5}, {"x": f(5), "high": 0.5}, {"x": f(5), "low": -0.5, "high": 0.5},
    {"x": i(9, 5), "low": 2, "high": 5}, {"x": f(5), "low": unit(5)})
add("clamp_min", {"x": f(5), "low": -0.5})
add("clamp_max", {"x": f(5), "high": 0.5})
add("where", {"mask": b(3, 4), "x": f(3, 4), "y": f(4)}, {"mask": b(3), "x": f(3), "y": 0.0},
    {"mask": b(3), "x": 1.0, "y": f(3)})
add("masked_fill", {"x": f(3, 4), "mask": b(4), "value": -1e9}, {"x": f(3, 4), "mask": b(3, 4), "value": -math.inf},
    {"x": i(9, 3), "mask": b(3), "value": 0})
for _name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
    add(_name, {"x": TIES, "y": TIES[:, ::-1].copy()}, {"x": i(3, 5), "y": i(3, 5)}, {"x": f(4), "y": 0},
        {"x": i(3, 5), "y": 1}, {"x": i(3, 5), "y": f(5)})
add("isclose", {"x": TIES, "y": TIES + 1e-6}, {"x": SPECIAL, "y": SPECIAL, "equal_nan": True})
add("allclose", {"x": TIES, "y": TIES + 1e-3})
add("all_equal", {"x": TIES, "y": TIES})
for _name in ("logical_and", "logical_or", "logical_xor"):
    add(_name, {"x": b(6), "y": b(6)})
add("logical_not", {"x": b(6)})
for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    add(_name, {"x": b(6), "y": b(6)}, {"x": i(9, 6), "y": i(9, 6)})
add("bitwise_not", {"x": b(6)}, {"x": i(9, 6)})
for _name in ("left_shift", "right_shift"):
    add(_name, {"x": i(9, 6), "y": i(3, 6)})
for _name in ("angle", "conj", "real", "imag"):
    add(_name, {"x": c(3, 2)})
add("polar", {"x": pos(3), "y": f(3)})
add("complex", {"x": f(3), "y": f(3)})

add("power", {"x": i(4, 3), "y": i(3, 3)}, {"x": i(4, 3), "y": f(3)})
add("minimum", {"x": i(9, 4), "y": i(9, 4)})
add("clamp", {"x": i(9, 5), "low": 1.5, "high": 4.5}, {"x": i(9, 5), "low": i(4, 5)}, {"x": i(9, 5), "high": i(4, 5)})
add("clamp_min", {"x": i(9, 5), "low": 2.5})
add("clamp_max", {"x": i(9, 5), "high": 2.5})
add("where", {"mask": b(3), "x": f(3), "y": i(9, 3)})
add("masked_fill", {"x": f(3), "mask": b(3), "value": i(9)}, {"x": f(3, 4), "mask": b(3, 4), "value": f()})
for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    add(_name, {"x": i(9, 4), "y": i(9, 4).astype("int32")})

# Reductions.
for _name in ("sum", "mean", "nansum", "nanmean"):
    add(_name, {"x": f(3, 4)}, {"x": f(3, 4), "axis": 1}, {"x": f(2, 3, 4), "axis": (0, 2), "keepdims": True})
for _name in ("sum", "mean"):
    add(_name, {"x": i(9, 4), "dtype": "float32"})
add("sum", {"x": b(3, 4), "axis": 1})
add("prod", {"x": f(3, 4), "axis": None, "keepdims": False}, {"x": f(3, 4), "axis": 1, "keepdims": True})
for _name in ("var", "std", "var_mean", "std_mean"):
    add(_name, {"x": f(3, 4)}, {"x": f(3, 4), "correction": 0}, {"x": f(3, 4), "axis": -1, "keepdims": True},
        {"x": f(2, 3, 4), "axis": (0, 2), "correction": 0}, {"x": f(2, 3, 4), "axis": (1, 2)},
        {"x": f(3, 5), "axis": 1, "correction": 2}, {"x": f(3, 4), "axis": None, "keepdims": False, "correction": 0})
for _name in ("max_all", "min_all"):
    add(_name, {"x": f(3, 4), "axis": None, "keepdims": False})
for _name in ("max_dim", "min_dim"):
    add(_name, {"x": f(3, 4), "axis": 1}, {"x": TIES, "axis": 1}, {"x": f(2, 3, 4), "axis": -2, "keepdims": True})
for _name in ("amax", "amin"):
    add(_name, {"x": f(3, 4)}, {"x": f(2, 3, 4), "axis": (0, 2)}, {"x": f(3, 4), "axis": 1, "keepdims": True})
for _name in ("argmax", "argmin"):
    add(_name, {"x": f(3, 4)}, {"x": TIES, "axis": 1}, {"x": f(3, 4), "axis": -1, "keepdims": True})
for _name in ("cummax", "cummin"):
    add(_name, {"x": f(3, 5), "axis": 1}, {"x": TIES, "axis": -1})
add("aminmax", {"x": f(3, 4)}, {"x": f(3, 4), "axis": 1, "keepdims": True})
for _name in ("all", "any"):
    add(_name, {"x": b(3, 4), "axis": None, "keepdims": False}, {"x": b(3, 4), "axis": 1}, {"x": i(2, 3, 4), "axis": 1})
add("count_nonzero", {"x": i(2, 3, 4)}, {"x": i(2, 3, 4), "axis": 1})
add("logsumexp", {"x": f(3, 4), "axis": 1}, {"x": f(3, 4), "axis": (0, 1), "keepdims": True})
add("median_all", {"x": f(3, 4), "axis": None, "keepdims": False})
add("median_dim", {"x": f(3, 4), "axis": 1}, {"x": f(3, 5), "axis": 0, "keepdims": True})
add("kthvalue", {"x": f(3, 5), "k": 2}, {"x": f(3, 5), "k": 1, "axis": 0, "keepdims": True})
add("quantile", {"x": f(3, 5), "q": 0.3}, {"x": f(3, 5), "q": 0.5, "axis": 1, "keepdims": True})
add("norm", {"x": f(3, 4)}, {"x": f(3, 4), "order": 2, "axis": 1, "keepdims": True},
{"x": f(3, 4), "order": 1, "axis": 1},
    {"x": f(3, 4), "order": math.inf, "axis": 1}, {"x": f(3, 4), "order": 3, "axis": (0, 1)},
    {"x": f(3, 4), "order": 2, "axis": None})
add("matrix_norm", {"x": f(3, 4)}, {"x": f(3, 4), "order": 1, "axis": (-2, -1)})
add("dist", {"x": f(3, 4), "y": f(3, 4)})
for _name in ("cumsum", "cumprod"):
    add(_name, {"x": f(3, 4), "axis": 1}, {"x": i(3, 4), "axis": 0})
add("cumsum", {"x": b(4), "axis": 0})
add("logcumsumexp", {"x": f(3, 4), "axis": 1})
add("diff", {"x": f(3, 5)}, {"x": f(3, 5), "n": 2, "axis": 0})
add("topk", {"x": f(3, 6), "k": 2}, {"x": f(6, 3), "k": 2, "axis": 0}, {"x": f(3, 6), "k": 3, "largest": False})
add("sort", {"x": f(3, 6)}, {"x": f(6, 3), "axis": 0, "descending": True}, {"x": i(9, 2, 5)})
add("msort", {"x": f(5, 3), "axis": 0})
add("argsort", {"x": f(3, 6)}, {"x": f(6, 3), "axis": 0, "descending": True})
add("unique", {"x": i(4, 9)}, {"x": i(4, 9), "inverse": True}, {"x": i(4, 9), "counts": True})
add("bincount", {"x": i(5, 9)}, {"x": i(5, 9), "minlength": 8})

# Shapes.
add("reshape", {"x": f(3, 4), "shape": (2, 6)}, {"x": f(3, 4), "shape": (-1,)}, {"x": f(3, 4), "shape": (3, 2, -1)})
add("reshape_as", {"x": f(3, 4), "y": f(2, 6)})
add("flatten", {"x": f(2, 3, 4)}, {"x": f(2, 3, 4), "start": 1}, {"x": f(2, 3, 4, 2), "start": 1, "end": 2})
add("ravel", {"x": f(2, 3), "start": 0, "end": -1})
add("unflatten", {"x": f(2, 6), "axis": 1, "shape": (2, 3)}, {"x": f(2, 6), "axis": -1, "shape": (-1, 2)})
add("squeeze", {"x": f(1, 3, 1), "axis": None}, {"x": f(3, 1, 2), "axis": 1}, {"x": f(3, 1, 1), "axis": (1, 2)})
add("unsqueeze", {"x": f(3, 2), "axis": 1}, {"x": f(3, 2), "axis": -1})
for _n in (1, 2, 3):
    add(f"atleast_{_n}d", {"x": f()}, {"x": f(2)}, {"x": f(2, 3)}, {"x": f(1, 2, 3)})
add("permute", {"x": f(2, 3, 4), "axes": (2, 0, 1)}, {"x": f(2, 3, 4), "axes": (0, -1, 1)})
add("transpose", {"x": f(2, 3, 4), "axis1": 1, "axis2": 2}, {"x": f(2, 3, 4), "axis1": -2, "axis2": -1})
add("transpose_all", {"x": f(2, 3), "axes": None})
add("adjoint", {"x": c(2, 3), "axis1": -2, "axis2": -1})
add("movedim", {"x": f(2, 3, 4), "source": 1, "destination": -1},
{"x": f(2, 3, 4), "source": (0, 1), "destination": (1, 2)})
add("flip", {"x": f(2, 3), "axis": (1,)}, {"x": f(2, 3), "axis": (0, 1)})
add("fliplr", {"x": f(2, 3), "axis": 1})
add("flipud", {"x": f(2, 3), "axis": 0})
add("rot90", {"x": f(2, 3)}, {"x": f(2, 3, 4), "k": -1, "axes": (1, 2)})
add("roll", {"x": f(2, 3), "shift": 2}, {"x": f(2, 5), "shift": 2, "axis": 1},
{"x": f(4, 5), "shift": (-1, 2), "axis": (0, 1)})
add("expand", {"x": f(1, 3), "shape": (2, 3)}, {"x": f(1, 3), "shape": (4, -1)}, {"x": f(1, 3), "shape": (2, -1, 3)})
add("broadcast_to", {"x": f(1, 3), "shape": (2, 3)})
add("expand_as", {"x": f(1, 3), "y": f(2, 3)})
add("broadcast_tensors", {"xs": [f(1, 3), f(2, 1)]})
add("repeat", {"x": f(2, 3), "repeats": (2, 1)}, {"x": f(2, 3), "repeats": (2, 1, 3)})
add("tile", {"x": f(2, 3), "repeats": (2,)}, {"x": f(2, 3), "repeats": (2, 2)})
add("repeat_interleave", {"x": f(2, 3), "repeats": 2}, {"x": f(2, 3), "repeats": 3, "axis": 1},
    {"x": f(2, 3), "repeats": np.array([1, 2]), "axis": 0})
add("concatenate", {"xs": [f(2, 3), f(2, 3)]}, {"xs": [f(2, 3), f(2, 1)], "axis": 1},
{"xs": (f(2, 3), f(2, 2)), "axis": -1})
add("stack", {"xs": [f(2, 3), f(2, 3)]}, {"xs": [f(2, 3), f(2, 3)], "axis": -1})
add("hstack", {"xs": [f(2, 3), f(2, 1)]})
add("vstack", {"xs": [f(2, 3), f(1, 3)]})
add("dstack", {"xs": [f(2, 3), f(2, 3)]})
add("split_sizes", {"x": f(2, 6), "parts": [1, 2, 3], "axis": 1}, {"x": f(6, 2), "parts": [4, 2]})
add("split", {"x": f(2, 6), "size": 2, "axis": 1}, {"x": f(7, 2), "size": 3}, {"x": f(2, 3), "size": 5, "axis": 1})
add("chunk", {"x": f(2, 6), "chunks": 3, "axis": 1}, {"x": f(4, 2), "chunks": 2},
    {"x": f(5, 2), "chunks": 3}, {"x": f(2, 7), "chunks": 3, "axis": -1})
add("tensor_split", {"x": f(2, 7), "sections": 3, "axis": 1}, {"x": f(2, 7), "sections": (2, 5), "axis": 1})
add("unbind", {"x": f(2, 3)}, {"x": f(2, 3), "axis": -1})
add("narrow", {"x": f(2, 6), "axis": 1, "start": 2, "length": 3}, {"x": f(2, 6), "axis": -1, "start": -3, "length": 3})
add("select", {"x": f(2, 6), "axis": 1, "index": 2}, {"x": f(2, 6), "axis": 0, "index": -1})
add("sliding_windows", {"x": f(2, 7), "axis": 1, "size": 3, "step": 2},
{"x": f(2, 7, 3), "axis": 1, "size": 2, "step": 1})
for _name in ("tril", "triu"):
    add(_name, {"x": f(3, 4)}, {"x": f(2, 3, 3), "diagonal": 1})
add("diag", {"x": f(3)}, {"x": f(3, 3), "diagonal": 1})
add("diagflat", {"x": f(3)})
add("diagonal", {"x": f(3, 4)}, {"x": f(2, 3, 4), "offset": 1, "axis1": -2, "axis2": -1})
add("diag_embed", {"x": f(2, 3)})
add("shape", {"x": f(2, 3)})
add("size", {"x": f(2, 3), "axis": 1}, {"x": f(2, 3), "axis": -2})
add("rank", {"x": f(2, 3)})
add("element_count", {"x": f(2, 3)})
add("meshgrid", {"xs": (f(2), f(3)), "indexing": "ij"}, {"xs": (f(2), f(3)), "indexing": "xy"})
add("cartesian_prod", {"xs": (f(2), f(3))}, {"xs": (f(2), f(2), f(2))})
add("broadcast_shapes", {"shapes": ((2, 1), (3,))})

# Indexing.
add("getitem", {"x": f(3, 4), "index": 1}, {"x": f(3, 4, 2), "index": key("..., 0")},
{"x": f(3, 4), "index": key("1:, ::2")},
    {"x": f(3, 4), "index": key(":, None, -1")}, {"x": f(3, 4), "index": i(3, 5)},
    {"x": f(3, 4), "index": key(":, j", j=i(4, 2))},
    {"x": f(3, 4, 5), "index": key("j, k", j=i(3, 2), k=i(4, 2))},
    {"x": f(3, 4, 5), "index": key("j, :, k", j=i(3, 2), k=i(5, 2))},
    {"x": f(3, 4, 5), "index": key(":, j, k", j=i(4, 2), k=i(5, 2))}, {"x": f(3, 4), "index": b(3, 4)},
    {"x": f(3, 4), "index": b(3)},
    {"x": f(3, 4), "index": key(":, m", m=b(4))}, {"x": f(3, 4), "index": key("[0, 2]")},
    {"x": f(3, 4), "index": i(3, 2, 2)},
    {"x": f(3, 4, 5), "index": key("j, k", j=i(3, 2, 1), k=i(4, 3))},
    {"x": f(3, 4), "index": key("..., j", j=i(4, 2) - 4)})
add("setitem", {"x": f(3, 4), "index": 1, "value": 0.0}, {"x": f(3, 4), "index": key(":, 1:3"), "value": f(3, 2)},
    {"x": f(3, 4), "index": b(3, 4), "value": 0.0}, {"x": f(3, 4), "index": b(3), "value": 1.0},
    {"x": f(3, 4), "index": key("j, k", j=np.array([0, 2]), k=np.array([1, 3])), "value": f(2)},
    {"x": f(3, 4), "index": key("..., 0"), "value": f(3)}, {"x": i(9, 3, 4), "index": key(":, -1"), "value": 7},
    {"x": f(3, 4), "index": b(3), "value": f(4)})
add("index_put", {"x": f(3, 4), "indices": (np.array([0, 2]), np.array([1, 3])), "value": f(2)})
add("gather", {"x": f(3, 4), "axis": 1, "index": i(4, 3, 2)}, {"x": f(3, 4), "axis": 0, "index": i(3, 2, 4)},
    {"x": f(3, 4), "axis": 1, "index": i(4, 1, 3)}, {"x": f(2, 3, 4), "axis": -2, "index": i(3, 2, 5, 3)})
add("take_along_dim", {"x": f(3, 4), "index": i(4, 3, 2), "axis": 1})
_perm = np.array([[0, 2, 1], [1, 0, 3]])
add("scatter", {"x": f(2, 4), "axis": 1, "index": _perm, "source": f(2, 3)},
{"x": f(2, 4), "axis": 1, "index": _perm, "source": 1.5},
    {"x": f(5, 3), "axis": 0, "index": _perm, "source": f(2, 4)})
add("scatter_add", {"x": f(2, 4), "axis": 1, "index": i(4, 2, 5), "source": f(2, 5)},
    {"x": f(5, 4), "axis": 0, "index": i(5, 6, 3), "source": f(6, 3)})
for _reduce in ("sum", "prod", "mean", "amax", "amin"):
    add("scatter_reduce", {"x": f(2, 4), "axis": 1, "index": i(4, 2, 5), "source": f(2, 5), "reduce": _reduce},
        {"x": f(2, 4), "axis": 1, "index": i(4, 2, 5), "source": f(2, 5), "reduce": _reduce, "include_self": False})
add("index_select", {"x": f(3, 4), "axis": 1, "index": i(4, 5)})
add("index_add", {"x": f(3, 4), "axis": 0, "index": i(3, 5), "source": f(5, 4)},
    {"x": f(3, 4), "axis": 1, "index": i(4, 2), "source": f(3, 2), "alpha": 0.5})
add("index_copy", {"x": f(3, 4), "axis": 1, "index": np.array([2, 0]), "source": f(3, 2)})
add("index_fill", {"x": f(3, 4), "axis": 1, "index": np.array([2, 0]), "value": 1.5})
add("take", {"x": f(3, 4), "index": i(12, 2, 2)})
add("masked_select", {"x": f(3, 4), "mask": b(3, 4)}, {"x": f(3, 4), "mask": b(4)})
add("masked_scatter", {"x": f(3, 4), "mask": b(3, 4), "source": f(12)}, {"x": f(3, 4), "mask": b(4), "source": f(3, 4)})
add("nonzero", {"x": b(3, 4)})
add("nonzero_tuple", {"x": b(3, 4)})
_bounds = np.array([-1.0, -0.3, 0.0, 0.8])
add("searchsorted", {"bounds": _bounds, "x": np.array([-2.0, -0.3, 0.5, 0.8, 1.0])},
    {"bounds": _bounds, "x": np.array([-2.0, -0.3, 0.5, 0.8, 1.0]), "right": True})
add("one_hot", {"x": i(4, 3), "classes": 4})
add("isin", {"x": i(9, 5), "y": i(9, 3)}, {"x": i(9, 5), "y": i(9, 3), "invert": True})

# Linear algebra.
add("matmul", {"x": f(3, 4), "y": f(4, 2)}, {"x": f(2, 3, 4), "y": f(2, 4, 5)}, {"x": f(2, 3, 4), "y": f(4, 5)},
    {"x": f(3, 4), "y": f(4)}, {"x": f(4), "y": f(4, 3)}, {"x": f(2, 1, 3, 4), "y": f(3, 4, 2)})
add("dot", {"x": f(4), "y": f(4)})
add("inner", {"x": f(2, 4), "y": f(3, 4)})
add("outer", {"x": f(4), "y": f(3)})
add("addmm", {"x": f(2), "y": f(3, 4), "z": f(4, 2)}, {"x": f(3, 2), "y": f(3, 4), "z": f(4, 2), "beta": 0.5},
    {"x": f(2, 3, 2), "y": f(2, 3, 4), "z": f(2, 4, 2), "beta": 0.5, "alpha": 2.0},
    {"x": f(3, 2), "y": f(3, 4), "z": f(4, 2), "beta": 0, "alpha": 2.0})
add("einsum", {"equation": "bij,bjk->bik", "xs": (f(2, 3, 4), f(2, 4, 5))}, {"equation": "ii->i", "xs": (f(3, 3),)},
    {"equation": "...d,hd->...h", "xs": (f(2, 3, 4), f(5, 4))})
add("tensordot", {"x": f(3, 4, 5), "y": f(4, 5, 2)}, {"x": f(3, 4, 5), "y": f(2, 4), "axes": ([1], [1])})
add("kron", {"x": f(2, 3), "y": f(3, 2)})
add("cross", {"x": f(4, 3), "y": f(4, 3)}, {"x": f(3, 4), "y": f(3, 4), "axis": 0})
add("multi_dot", {"xs": [f(2, 3), f(3, 4), f(4, 2)]})
add("linear", {"x": f(2, 3, 4), "weight": f(5, 4)}, {"x": f(3, 4), "weight": f(5, 4), "bias": f(5)})
add("embedding_lookup", {"x": i(6, 2, 3), "weight": f(6, 4)}, {"x": i(6, 2, 3), "weight": f(6, 4), "padding_idx": 1})
_qkv = {"query": f(2, 3, 4, 6), "key": f(2, 3, 5, 6), "value": f(2, 3, 5, 7)}
_rows = np.ones((4, 5), bool)
_rows[1] = False
_rows[2, 3:] = False
add("scaled_dot_product_attention", _qkv, {**_qkv, "causal": True}, {**_qkv, "mask": f(4, 5)}, {**_qkv, "mask": _rows},
    {**_qkv, "mask": np.where(_rows, 0.0, -np.inf), "scale": 0.3}, {**_qkv, "query": f(2, 6, 4, 6), "grouped": True})
add("normalize", {"x": f(3, 4)}, {"x": f(3, 4), "axis": -1, "eps": 1e-6}, {"x": f(3, 4), "order": 1.0},
    {"x": f(3, 4), "order": math.inf})
add("cdist", {"x": f(3, 4), "y": f(5, 4)}, {"x": f(2, 3, 4), "y": f(2, 5, 4), "order": 1.0},
{"x": f(2, 3, 4), "y": f(2, 5, 4)})
add("trace", {"x": f(3, 3)})
for _name in ("inverse", "pinv", "det", "slogdet", "logdet", "cholesky"):
    add(_name, {"x": spd(3)})
add("cholesky", {"x": spd(3), "upper": True})
add("pinv", {"x": f(4, 3)})
add("qr", {"x": f(4, 3)})
add("svd", {"x": f(4, 3)}, {"x": f(4, 3), "full": False})
add("eigh", {"x": spd(3)})
add("solve", {"x": spd(3), "y": f(3, 2)})
add("solve_triangular", {"x": np.triu(spd(3)), "y": f(3, 2), "upper": True},
{"x": np.tril(spd(3)), "y": f(3, 2), "upper": False})
for _n in (0, 1, 3, -2):
    add("matrix_power", {"x": np.stack([spd(3), spd(3)]), "n": _n})

# Creation.
for _name in ("zeros", "ones"):
    add(_name, {"shape": (2, 3)}, {"shape": (2,), "dtype": "int64"}, {"shape": (2, 2), "dtype": "bool"}, {"shape": ()})
    add(f"new_{_name}", {"x": f(2), "shape": (2, 3)})
    add(f"{_name}_like", {"x": f(2, 3)}, {"x": f(2, 3), "dtype": "int64"}, {"x": i(3, 2)})
add("empty", {"shape": (2, 3)})
add("new_empty", {"x": f(2), "shape": (2, 3)})
add("empty_like", {"x": f(2, 3)})
add("full", {"shape": (2, 3), "value": 2.5}, {"shape": (2, 3), "value": 7}, {"shape": (2,), "value": True},
    {"shape": (2,), "value": 1.0, "dtype": "int64"}, {"shape": (2, 2), "value": 1, "dtype": "bool"})
add("new_full", {"x": f(2), "shape": (2, 3), "value": 7})
add("full_like", {"x": f(2, 3), "value": 2}, {"x": f(2, 3), "value": 2, "dtype": "int64"})
add("fill", {"x": f(2, 3), "value": 2})
add("zero", {"x": f(2, 3)})
add("arange", {"start": 0, "step": 1, "stop": 5}, {"start": 1, "stop": 9, "step": 2},
{"start": 0.0, "stop": 1.0, "step": 0.25},
    {"start": 0, "step": 1, "stop": 5, "dtype": "float32"})
add("linspace", {"start": -1, "stop": 1, "steps": 5}, {"start": 0.0, "stop": 2.0, "steps": 7})
add("logspace", {"start": 0, "stop": 2, "steps": 5})
add("eye", {"rows": 3, "columns": None}, {"rows": 3, "columns": 2, "dtype": "bool"})
add("tensor", {"value": [1.0, 2.0]}, {"value": [[1, 2], [3, 4]]}, {"value": True}, {"value": 2.5},
{"value": [1, 2], "dtype": "float32"}, {"value": 3, "dtype": "int64"})
add("new_tensor", {"x": f(2), "value": [1, 2]})
for _dtype in ("float32", "int64", "bool", "int32", "float64"):
    add(f"tensor_{_dtype}", {"value": [1, 0]})
    add(f"empty_{_dtype}", {"shape": (2, 3)})
add("typed_int64", {"x": i(3, 2)})
add("typed_bool", {"x": b(3)})
add("typed_int32", {"x": i(3, 2).astype("int32")})
add("typed_default", {"x": f(2, 3)})
add("legacy_tensor", {"value": [1, 0]}, {"value": 3})
add("legacy_empty", {"shape": (2, 3)})
for _name in ("tril_indices", "triu_indices"):
    add(_name, {"rows": 3, "columns": 4}, {"rows": 3, "columns": 3, "offset": 1})
for _name in ("hann_window", "hamming_window"):
    add(_name, {"length": 6}, {"length": 6, "periodic": False})

# Random numbers: only shapes and dtypes are compared.
for _name in ("rand", "randn"):
    add(_name, {"shape": (2, 3)}, {"shape": (2, 3), "dtype": "float32"})
    add(f"{_name}_like", {"x": f(2, 3)})
add("randint", {"low": 0, "high": 5, "shape": (2, 3)}, {"low": 2, "high": 5, "shape": (2, 3), "dtype": "int32"})
add("randint_like", {"x": i(3, 2), "low": 0, "high": 5})
add("randperm", {"n": 5})
for _name in ("rand", "randn"):
    add(_name, {"shape": (2, 3), "dtype": "complex64"})
add("bernoulli", {"x": np.abs(unit(3))})
add("bernoulli_fill", {"x": f(3)}, {"x": f(3), "p": 0.2})
add("uniform_fill", {"x": f(3), "low": 0, "high": 1}, {"x": f(3), "low": -1, "high": 2})
add("normal_fill", {"x": f(3)}, {"x": f(3), "mean": -1, "std": 2})
add("exponential_fill", {"x": f(3)})
add("normal", {"mean": f(3), "std": pos(3)}, {"mean": f(3)})
add("normal_sized", {"mean": 1.0, "std": 2.0, "shape": (2, 3)})
add("multinomial", {"x": pos(2, 5), "samples": 2}, {"x": pos(5), "samples": 7, "replacement": True})

# einops.
add("einops_rearrange", {"x": f(2, 3, 4), "pattern": "b c (h w) -> b h w c", "lengths": {"h": 2}},
    {"x": f(2, 3), "pattern": "a b -> b a", "lengths": {}})
add("einops_reduce", {"x": f(2, 3, 4), "pattern": "b c l -> b l", "reduction": "mean", "lengths": {}})
add("einops_repeat", {"x": f(2, 3), "pattern": "b c -> b n c", "lengths": {"n": 4}})
add("einops_einsum", {"operands": (f(2, 3), f(3, 4), "a b, b c -> a c")})
add("einops_pack", {"xs": [f(2, 3), f(2, 4)], "pattern": "b *"})
add("einops_unpack", {"x": f(2, 7), "shapes": [(3,), (4,)], "pattern": "b *"})
add("einops_parse_shape", {"x": f(2, 7), "pattern": "b c"})

# dtypes and the host.
add("cast", {"x": 3 * f(4), "dtype": "int64"}, {"x": i(9, 4), "dtype": "float32"}, {"x": f(4), "dtype": "bool"},
    {"x": b(4), "dtype": "float64"}, {"x": f(4), "dtype": "float16"}, {"x": i(9, 4), "dtype": "uint8"},
    {"x": i(9, 4), "dtype": "int32"})
add("cast_like", {"x": i(9, 4), "y": f(2)})
add("identity", {"x": f(4)})
add("stop_gradient", {"x": f(4)})
add("copy_into", {"x": f(2, 3), "y": f(3)})
add("item", {"x": f()})
add("to_numpy", {"x": f(3)})
add("to_list", {"x": f(3)})
add("dtype", {"x": f(3)}, {"x": i(3, 2)})
add("is_cuda", {})
add("is_tensor", {"x": f(3)})
add("is_floating_point", {"x": f(3)}, {"x": i(3, 2)})
add("is_complex", {"x": f(3)}, {"x": c(3)})
add("is_contiguous", {})
HOST_ONLY = {
    "to": "stands where the kind of an argument is not known: tested in test_functions.py",
    "ntuple": "no tensors: tested in test_functions.py",
    "nms": "a compiled operator that not every installation has: tested in test_functions.py",
    "device_kind": "a device has no counterpart: tested in tests/keras (attempts)",
    "device_number": "a device has no counterpart", "is_float_dtype": "no tensors: tested in tests/keras (weights_read)",
    "is_complex_dtype": "no tensors: tested in tests/keras (weights_read)",
    "device_of": "a device has no counterpart", "no_autocast": "a context manager",
    "dtype_limits": "an object of limits: tested in test_functions.py",
    "default_dtype": "a name: tested in test_functions.py",
}

add("prod", {"x": i(9, 3, 4), "axis": 1, "dtype": "float32"})
add("cumprod", {"x": b(4), "axis": 0})
add("norm", {"x": f(3, 4), "order": "fro", "axis": 1, "keepdims": True})
add("transpose", {"x": f(2, 3, 4), "axis1": -1, "axis2": -2})
add("broadcast_to", {"x": f(1, 3), "shape": (2, -1)})
add("take_along_dim", {"x": f(3, 4), "index": i(12, 5), "axis": None})
add("addmm", {"x": f(3), "y": f(3, 4), "z": f(4)})
add("arange", {"start": 2, "stop": 7, "step": 1})
add("empty", {"shape": (2,), "dtype": "int64"})
for _name in ("rand_like", "randn_like"):
    add(_name, {"x": f(2, 3), "dtype": "float32"})
add("randint_like", {"x": f(3, 2), "low": 0, "high": 5, "dtype": "int64"})
for _dtype in ("bfloat16", "int16", "int8", "complex64", "complex128"):
    add("cast", {"x": 3 * f(4), "dtype": _dtype})

# Sampling and Fourier transforms.
for _name in ("fft", "ifft"):
    add(_name, {"x": c(3, 6)}, {"x": f(3, 5), "norm": "ortho"}, {"x": c(6, 3), "axis": 0, "size": 4, "norm": "forward"},
        {"x": c(3, 4), "size": 6})
    add(f"{_name}2", {"x": c(2, 4, 5)}, {"x": c(2, 4, 5), "axes": (0, 1), "norm": "ortho"})
    add(f"{_name}n", {"x": c(2, 4, 5)}, {"x": c(2, 4, 5), "axes": (1, 2), "sizes": (3, 6)})
add("rfft", {"x": f(3, 6)}, {"x": f(3, 5), "norm": "ortho"}, {"x": f(6, 3), "axis": 0, "size": 4})
add("irfft", {"x": c(3, 4)}, {"x": c(3, 4), "size": 7, "norm": "ortho"}, {"x": c(3, 4), "norm": "forward"})
add("rfft2", {"x": f(2, 4, 5)}, {"x": f(2, 4, 5), "norm": "ortho", "axes": (1, 2)})
add("irfft2", {"x": c(2, 4, 3)}, {"x": c(2, 4, 3), "sizes": (4, 5), "norm": "ortho"})
add("rfftn", {"x": f(2, 4, 5)})
add("irfftn", {"x": c(2, 4, 3)})
for _name in ("fftshift", "ifftshift"):
    add(_name, {"x": f(3, 5)}, {"x": f(3, 5), "axes": (1,)})
add("view_as_complex", {"x": f(3, 2)})
add("view_as_real", {"x": c(3)})
add("affine_grid", {"theta": f(2, 2, 3), "size": (2, 1, 3, 4)},
{"theta": f(2, 2, 3), "size": (2, 1, 3, 4), "align_corners": True},
    {"theta": f(2, 3, 4), "size": (2, 1, 2, 3, 4)})
