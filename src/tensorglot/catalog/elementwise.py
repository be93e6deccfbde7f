"""Elementwise tensor functions: arithmetic, comparison, logic, mathematics."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

#: Functions that TensorFlow has for integers, too.
_OF_WHOLE_NUMBERS = frozenset({"abs", "square", "sign"})


def _unary(name: str, keras: str, tensorflow: str | None = None, *aliases: str, note: str = "",
           also: tuple[str, ...] = ()) -> None:
    """An entry of one tensor operand; `aliases` are further names in torch, `also` further callees in Keras."""
    torch = []
    for alias in (name, *aliases):
        torch += [f"torch.{alias}(input: x)", f"Tensor.{alias}(self: x)", f"Tensor.{alias}_(self: x)"]
    operand = "x" if name in _OF_WHOLE_NUMBERS else "real(x)"
    function(name, "elementwise", torch=torch, keras=f"{keras}(x: x)", note=note,
             from_keras=[f"{callee}(x: x)" for callee in (keras, *also) if not callee.startswith("adapters.")],
             tensorflow=f"{tensorflow}(x: {operand})" if tensorflow else None)


_unary("abs", "ops.abs", "tf.abs", "absolute", also=("ops.absolute",))
_unary("exp", "ops.exp", "tf.exp", also=("activations.exponential",))
_unary("exp2", "ops.exp2")
_unary("expm1", "ops.expm1", "tf.math.expm1")
_unary("log", "ops.log", "tf.math.log")
_unary("log2", "ops.log2")
_unary("log10", "ops.log10")
_unary("log1p", "ops.log1p", "tf.math.log1p")
_unary("sqrt", "ops.sqrt", "tf.sqrt")
_unary("rsqrt", "ops.rsqrt", "tf.math.rsqrt")
_unary("reciprocal", "ops.reciprocal", "tf.math.reciprocal")
_unary("square", "ops.square", "tf.square")
_unary("sign", "ops.sign", "tf.sign")
_unary("floor", "ops.floor", "tf.floor")
_unary("ceil", "ops.ceil", "tf.math.ceil")
_unary("trunc", "ops.trunc", None, "fix")
_unary("sin", "ops.sin", "tf.sin")
_unary("cos", "ops.cos", "tf.cos")
_unary("tan", "ops.tan", "tf.tan")
_unary("asin", "ops.arcsin", "tf.asin", "arcsin")
_unary("acos", "ops.arccos", "tf.acos", "arccos")
_unary("atan", "ops.arctan", "tf.atan", "arctan")
_unary("sinh", "ops.sinh", "tf.sinh")
_unary("cosh", "ops.cosh", "tf.cosh")
_unary("asinh", "ops.arcsinh", "tf.asinh", "arcsinh")
_unary("acosh", "ops.arccosh", "tf.acosh", "arccosh")
_unary("atanh", "ops.arctanh", "tf.atanh", "arctanh")
_unary("erf", "ops.erf", "tf.math.erf")
_unary("erfc", "ops.erfc", "tf.math.erfc")
_unary("erfinv", "ops.erfinv", "tf.math.erfinv")
_unary("deg2rad", "ops.deg2rad")
_unary("rad2deg", "ops.rad2deg")
_unary("sinc", "ops.sinc")
_unary("lgamma", "adapters.lgamma", "tf.math.lgamma")
_unary("digamma", "adapters.digamma", "tf.math.digamma")

function("frac", "elementwise",
         torch=["torch.frac(input: x)", "Tensor.frac(self: x)", "Tensor.frac_(self: x)"],
         keras="adapters.frac(x: x)")
function("round", "elementwise",
         torch=["torch.round(input: x, *, decimals: decimals = 0)", "Tensor.round(self: x, *, decimals: decimals = 0)",
                "Tensor.round_(self: x, *, decimals: decimals = 0)"],
         keras="ops.round(x: x, decimals: decimals = 0)",
         tensorflow=["tf.round(x: x)", "ops.round(x: x, decimals: decimals = 0)"])
function("signbit", "elementwise", torch=["torch.signbit(input: x)", "Tensor.signbit(self: x)"],
         keras="ops.signbit(x: x)")
function("sgn", "elementwise", torch=["torch.sgn(input: x)", "Tensor.sgn(self: x)"], keras="ops.sign(x: x)")
function("isnan", "elementwise", torch=["torch.isnan(input: x)", "Tensor.isnan(self: x)"],
         keras="ops.isnan(x: x)", tensorflow="tf.math.is_nan(x: x)")
function("isinf", "elementwise", torch=["torch.isinf(input: x)", "Tensor.isinf(self: x)"],
         keras="ops.isinf(x: x)", tensorflow="tf.math.is_inf(x: x)")
function("isfinite", "elementwise", torch=["torch.isfinite(input: x)", "Tensor.isfinite(self: x)"],
         keras="ops.isfinite(x: x)", tensorflow="tf.math.is_finite(x: x)")
function("isposinf", "elementwise", torch=["torch.isposinf(input: x)", "Tensor.isposinf(self: x)"],
         keras="ops.isposinf(x: x)")
function("isneginf", "elementwise", torch=["torch.isneginf(input: x)", "Tensor.isneginf(self: x)"],
         keras="ops.isneginf(x: x)")
function("nan_to_num", "elementwise",
         torch=["torch.nan_to_num(input: x, nan: nan = None, posinf: posinf = None, neginf: neginf = None)",
                "Tensor.nan_to_num(self: x, nan: nan = None, posinf: posinf = None, neginf: neginf = None)",
                "Tensor.nan_to_num_(self: x, nan: nan = None, posinf: posinf = None, neginf: neginf = None)"],
         keras=["ops.nan_to_num(x: x, posinf: posinf = None, neginf: neginf = None) | nan=None",
                "ops.nan_to_num(x: x, nan: nan = 0.0, posinf: posinf = None, neginf: neginf = None)"])
function("logit", "elementwise",
         torch=["torch.logit(input: x, eps: eps = None)", "Tensor.logit(self: x, eps: eps = None)",
                "torch.special.logit(input: x, eps: eps = None)"],
         keras="adapters.logit(x: x, eps: eps = None)")

# Arithmetic.
function("add", "elementwise",
         torch=["operator.add(x: x, y: y)", "operator.iadd(x: x, y: y)",
                "torch.add(input: x, other: y, *, alpha: alpha = 1)",
                "Tensor.add(self: x, other: y, *, alpha: alpha = 1)",
                "Tensor.add_(self: x, other: y, *, alpha: alpha = 1)"],
         keras=["operator.add(x: operand(x, y), y: y)", "ops.add(x1: x, x2: no_bias(y, x))",
                "ops.add(x1: y, x2: no_bias(x, y))", "= ops.subtract(x, -y) | alpha=1", "= operand(x, y) + alpha * y",
                "= ops.subtract(x, -alpha * y)"],
         note="Keras on TensorFlow takes a second operand of shape (..., n, 1) for a bias of another axis.")
function("subtract", "elementwise",
         torch=["operator.sub(x: x, y: y)", "operator.isub(x: x, y: y)",
                "torch.sub(input: x, other: y, *, alpha: alpha = 1)",
                "torch.subtract(input: x, other: y, *, alpha: alpha = 1)",
                "Tensor.sub(self: x, other: y, *, alpha: alpha = 1)",
                "Tensor.subtract(self: x, other: y, *, alpha: alpha = 1)",
                "Tensor.sub_(self: x, other: y, *, alpha: alpha = 1)",
                "torch.rsub(input: y, other: x)"],
         keras=["operator.sub(x: operand(x, y), y: y)", "ops.subtract(x1: x, x2: y)", "= operand(x, y) - alpha * y",
                "= ops.subtract(x, alpha * y)"])
function("multiply", "elementwise",
         torch=["operator.mul(x: x, y: y)", "operator.imul(x: x, y: y)",
                "torch.mul(input: x, other: y)", "torch.multiply(input: x, other: y)",
                "Tensor.mul(self: x, other: y)", "Tensor.multiply(self: x, other: y)",
                "Tensor.mul_(self: x, other: y)"],
         keras=["operator.mul(x: operand(x, y), y: y)", "ops.multiply(x1: x, x2: y)"])
function("divide", "elementwise",
         torch=["operator.truediv(x: x, y: y)", "operator.itruediv(x: x, y: y)",
                "torch.div(input: x, other: y, *, rounding_mode: None = None)", "torch.div(input: x, other: y)",
                "torch.divide(input: x, other: y)", "torch.true_divide(input: x, other: y)",
                "Tensor.div(self: x, other: y, *, rounding_mode: None = None)", "Tensor.divide(self: x, other: y)",
                "Tensor.true_divide(self: x, other: y)", "Tensor.div_(self: x, other: y)"],
         keras=["operator.truediv(x: float_operand(x, y), y: y)", "ops.divide(x1: x, x2: y)"])
function("floor_divide", "elementwise",
         torch=["operator.floordiv(x: x, y: y)", "operator.ifloordiv(x: x, y: y)",
                "torch.floor_divide(input: x, other: y)", "Tensor.floor_divide(self: x, other: y)",
                "Tensor.floor_divide_(self: x, other: y)",
                "torch.div(input: x, other: y, *, rounding_mode: 'floor')",
                "torch.divide(input: x, other: y, *, rounding_mode: 'floor')",
                "Tensor.div(self: x, other: y, *, rounding_mode: 'floor')",
                "Tensor.divide(self: x, other: y, *, rounding_mode: 'floor')"],
         keras=["operator.floordiv(x: operand(x, y), y: y)", "ops.floor_divide(x1: x, x2: y)"])
function("trunc_divide", "elementwise",
         torch=["torch.div(input: x, other: y, *, rounding_mode: 'trunc')",
                "torch.divide(input: x, other: y, *, rounding_mode: 'trunc')",
                "Tensor.div(self: x, other: y, *, rounding_mode: 'trunc')",
                "Tensor.divide(self: x, other: y, *, rounding_mode: 'trunc')"],
         keras="adapters.trunc_divide(x: x, y: y)")
function("remainder", "elementwise",
         torch=["operator.mod(x: x, y: y)", "operator.imod(x: x, y: y)", "torch.remainder(input: x, other: y)",
                "Tensor.remainder(self: x, other: y)", "Tensor.remainder_(self: x, other: y)"],
         keras=["operator.mod(x: operand(x, y), y: y)", "ops.mod(x1: x, x2: y)"])
function("fmod", "elementwise", torch=["torch.fmod(input: x, other: y)", "Tensor.fmod(self: x, other: y)"],
         keras="ops.fmod(x1: x, x2: y)")
function("power", "elementwise",
         torch=["operator.pow(x: x, y: y)", "operator.ipow(x: x, y: y)", "torch.pow(input: x, exponent: y)",
                "torch.pow(self: x, exponent: y)", "Tensor.pow(self: x, exponent: y)",
                "Tensor.pow_(self: x, exponent: y)"],
         keras=["operator.pow(x: operand(x, y), y: y)", "ops.power(x1: x, x2: y)"])
function("negative", "elementwise",
         torch=["operator.neg(x: x)", "torch.neg(input: x)", "torch.negative(input: x)", "Tensor.neg(self: x)",
                "Tensor.negative(self: x)", "Tensor.neg_(self: x)"],
         keras="operator.neg(x: x)")
function("positive", "elementwise",
         torch=["operator.pos(x: x)", "torch.positive(input: x)", "Tensor.positive(self: x)"],
         keras="= x")
function("atan2", "elementwise",
         torch=["torch.atan2(input: y, other: x)", "torch.arctan2(input: y, other: x)",
                "Tensor.atan2(self: y, other: x)",
                "Tensor.arctan2(self: y, other: x)"],
         keras="ops.arctan2(x1: y, x2: x)", tensorflow="tf.atan2(y: y, x: x)")
function("hypot", "elementwise", torch=["torch.hypot(input: x, other: y)", "Tensor.hypot(self: x, other: y)"],
         keras="ops.hypot(x1: x, x2: y)")
function("logaddexp", "elementwise",
         torch=["torch.logaddexp(input: x, other: y)", "Tensor.logaddexp(self: x, other: y)"],
         keras="ops.logaddexp(x1: x, x2: y)")
function("xlogy", "elementwise",
         torch=["torch.xlogy(input: x, other: y)", "torch.special.xlogy(input: x, other: y)",
                "Tensor.xlogy(self: x, other: y)"],
         keras="adapters.xlogy(x: x, y: y)", tensorflow="tf.math.xlogy(x: x, y: y)")
function("copysign", "elementwise",
         torch=["torch.copysign(input: x, other: y)", "Tensor.copysign(self: x, other: y)"],
         keras="adapters.copysign(x: x, y: y)")
function("heaviside", "elementwise",
         torch=["torch.heaviside(input: x, values: y)", "Tensor.heaviside(self: x, values: y)"],
         keras="ops.heaviside(x1: x, x2: y)")
function("lerp", "elementwise",
         torch=["torch.lerp(input: x, end: y, weight: weight)", "Tensor.lerp(self: x, end: y, weight: weight)",
                "Tensor.lerp_(self: x, end: y, weight: weight)"],
         keras=["adapters.lerp(x: x, y: y, weight: weight)"])
function("addcmul", "elementwise",
         torch=["torch.addcmul(input: x, tensor1: y, tensor2: z, *, value: value = 1)",
                "Tensor.addcmul(self: x, tensor1: y, tensor2: z, *, value: value = 1)",
                "Tensor.addcmul_(self: x, tensor1: y, tensor2: z, *, value: value = 1)"],
         keras=["= x + y * z | value=1", "= x + value * y * z"])
function("addcdiv", "elementwise",
         torch=["torch.addcdiv(input: x, tensor1: y, tensor2: z, *, value: value = 1)",
                "Tensor.addcdiv(self: x, tensor1: y, tensor2: z, *, value: value = 1)",
                "Tensor.addcdiv_(self: x, tensor1: y, tensor2: z, *, value: value = 1)"],
         keras=["= x + y / z | value=1", "= x + value * y / z"])

# Selection and limits.
function("maximum", "elementwise",
         torch=["torch.maximum(input: x, other: y)", "Tensor.maximum(self: x, other: y)",
                "torch.max(input: x, other: is_tensor(y))", "Tensor.max(self: x, other: is_tensor(y))"],
         keras="ops.maximum(x1: x, x2: y)",
         tensorflow=["tf.maximum(x: operand(x, y), y: y)", "ops.maximum(x1: x, x2: y)"])
function("minimum", "elementwise",
         torch=["torch.minimum(input: x, other: y)", "Tensor.minimum(self: x, other: y)",
                "torch.min(input: x, other: is_tensor(y))", "Tensor.min(self: x, other: is_tensor(y))"],
         keras="ops.minimum(x1: x, x2: y)",
         tensorflow=["tf.minimum(x: operand(x, y), y: y)", "ops.minimum(x1: x, x2: y)"])
function("fmax", "elementwise", torch=["torch.fmax(input: x, other: y)", "Tensor.fmax(self: x, other: y)"],
         keras="ops.fmax(x1: x, x2: y)")
function("fmin", "elementwise", torch=["torch.fmin(input: x, other: y)", "Tensor.fmin(self: x, other: y)"],
         keras="ops.fmin(x1: x, x2: y)")
function("clamp", "elementwise",
         torch=["torch.clamp(input: x, min: low = None, max: high = None)",
                "torch.clip(input: x, min: low = None, max: high = None)",
                "Tensor.clamp(self: x, min: low = None, max: high = None)",
                "Tensor.clip(self: x, min: low = None, max: high = None)",
                "Tensor.clamp_(self: x, min: low = None, max: high = None)",
                "Tensor.clip_(self: x, min: low = None, max: high = None)",
                "torch.clamp_(input: x, min: low = None, max: high = None)"],
         keras=["ops.maximum(x1: x, x2: low) | high=None", "ops.minimum(x1: x, x2: high) | low=None",
                "ops.clip(x: operand(x, low), x_min: low, x_max: high)", "= ops.minimum(ops.maximum(x, low), high)"],
         tensorflow=["tf.maximum(x: operand(x, low), y: low) | high=None",
                     "tf.minimum(x: operand(x, high), y: high) | low=None",
                     "tf.clip_by_value(t: operand(x, low), clip_value_min: some(low), clip_value_max: some(high))",
                     "ops.maximum(x1: x, x2: low) | high=None", "ops.minimum(x1: x, x2: high) | low=None",
                     "= ops.minimum(ops.maximum(x, low), high)"])
function("clamp_min", "elementwise",
         torch=["torch.clamp_min(input: x, min: low)", "Tensor.clamp_min(self: x, min: low)",
                "Tensor.clamp_min_(self: x, min: low)"],
         keras="ops.maximum(x1: x, x2: low)",
         tensorflow=["tf.maximum(x: operand(x, low), y: low)", "ops.maximum(x1: x, x2: low)"])
function("clamp_max", "elementwise",
         torch=["torch.clamp_max(input: x, max: high)", "Tensor.clamp_max(self: x, max: high)",
                "Tensor.clamp_max_(self: x, max: high)"],
         keras="ops.minimum(x1: x, x2: high)",
         tensorflow=["tf.minimum(x: operand(x, high), y: high)", "ops.minimum(x1: x, x2: high)"])
function("where", "elementwise",
         torch=["torch.where(condition: mask, input: x, other: y)", "torch.where(condition: mask, self: x, other: y)",
                "Tensor.where(self: x, condition: mask, other: y)"],
         keras="ops.where(condition: mask, x1: x, x2: y)",
         tensorflow=["tf.where(condition: mask, x: first_operand(x, y), y: y)", "ops.where(condition: mask, x1: x, x2: y)"])
function("masked_fill", "elementwise",
         torch=["Tensor.masked_fill(self: x, mask: mask, value: value)",
                "Tensor.masked_fill_(self: x, mask: mask, value: value)",
                "torch.masked_fill(input: x, mask: mask, value: value)"],
         keras="ops.where(condition: mask, x1: value, x2: x)",
         tensorflow=["tf.where(condition: mask, x: first_operand(value, x), y: x)",
                     "ops.where(condition: mask, x1: value, x2: x)"])


def _comparison(name: str, operator: str, keras: str, *torch: str) -> None:
    """An entry of a comparison; `torch` are the names of the function and its aliases."""
    forms = [f"operator.{operator}(x: x, y: y)"]
    for alias in torch:
        forms += [f"torch.{alias}(input: x, other: y)", f"Tensor.{alias}(self: x, other: y)"]
    function(name, "elementwise", torch=forms,
             keras=[f"operator.{operator}(x: operand(x, y), y: y)", f"ops.{keras}(x1: x, x2: y)"])


_comparison("equal", "eq", "equal", "eq")
_comparison("not_equal", "ne", "not_equal", "ne", "not_equal")
_comparison("less", "lt", "less", "lt", "less")
_comparison("less_equal", "le", "less_equal", "le", "less_equal")
_comparison("greater", "gt", "greater", "gt", "greater")
_comparison("greater_equal", "ge", "greater_equal", "ge", "greater_equal")

function("isclose", "elementwise",
         torch=["torch.isclose(input: x, other: y, rtol: rtol = 1e-05, atol: atol = 1e-08, "
                "equal_nan: equal_nan = False)",
                "Tensor.isclose(self: x, other: y, rtol: rtol = 1e-05, atol: atol = 1e-08, "
                "equal_nan: equal_nan = False)"],
         keras="adapters.isclose(x: x, y: y, rtol: rtol = 1e-05, atol: atol = 1e-08, equal_nan: equal_nan = False)")
function("allclose", "any", note="The result is a host bool in the source: data-dependent.",
         torch=["torch.allclose(input: x, other: y, rtol: rtol = 1e-05, atol: atol = 1e-08, "
                "equal_nan: equal_nan = False)",
                "Tensor.allclose(self: x, other: y, rtol: rtol = 1e-05, atol: atol = 1e-08, "
                "equal_nan: equal_nan = False)"],
         keras="= ops.all(adapters.isclose(x, y, rtol, atol, equal_nan))")
function("all_equal", "any", note="The result is a host bool in the source: data-dependent.",
         torch=["torch.equal(input: x, other: y)", "Tensor.equal(self: x, other: y)"],
         keras="= ops.all(ops.equal(x, y))", tensorflow="= tf.reduce_all(tf.equal(x, y))")

# Logic.
for _name in ("logical_and", "logical_or", "logical_xor"):
    function(_name, "elementwise",
             torch=[f"torch.{_name}(input: x, other: y)", f"Tensor.{_name}(self: x, other: y)",
                    f"Tensor.{_name}_(self: x, other: y)"],
             keras=f"ops.{_name}(x1: x, x2: y)")
function("logical_not", "elementwise", torch=["torch.logical_not(input: x)", "Tensor.logical_not(self: x)",
                                               "Tensor.logical_not_(self: x)"],
         keras="ops.logical_not(x: x)")
for _name, _operator in (("bitwise_and", "and_"), ("bitwise_or", "or_"), ("bitwise_xor", "xor")):
    _inplace = f"i{_operator.rstrip('_')}"
    function(_name, "elementwise",
             torch=[f"operator.{_operator}(x: x, y: y)", f"operator.{_inplace}(x: x, y: y)",
                    f"torch.{_name}(input: x, other: y)", f"Tensor.{_name}(self: x, other: y)",
                    f"Tensor.{_name}_(self: x, other: y)"],
             keras=[f"operator.{_operator}(x: logical_operand(x, y), y: y)", f"ops.{_name}(x: x, y: y)"])
function("bitwise_not", "elementwise",
         torch=["operator.invert(x: x)", "torch.bitwise_not(input: x)", "Tensor.bitwise_not(self: x)"],
         keras="operator.invert(x: x)")
function("left_shift", "elementwise",
         torch=["operator.lshift(x: x, y: y)", "torch.bitwise_left_shift(input: x, other: y)",
                "Tensor.bitwise_left_shift(self: x, other: y)"],
         keras="ops.bitwise_left_shift(x: x, y: y)")
function("right_shift", "elementwise",
         torch=["operator.rshift(x: x, y: y)", "torch.bitwise_right_shift(input: x, other: y)",
                "Tensor.bitwise_right_shift(self: x, other: y)"],
         keras="ops.bitwise_right_shift(x: x, y: y)")

# Complex numbers, elementwise.
_COMPLEX = (2e-6, "Keras computes complex numbers in single precision")
function("angle", "elementwise", torch=["torch.angle(input: x)", "Tensor.angle(self: x)"], keras="ops.angle(x: x)",
         tensorflow="tf.math.angle(input: x)", float64_tol=_COMPLEX)
function("conj", "elementwise",
         torch=["torch.conj(input: x)", "Tensor.conj(self: x)", "torch.conj_physical(input: x)",
                "Tensor.conj_physical(self: x)"], keras="ops.conj(x: x)")
function("real", "elementwise", torch=["torch.real(input: x)", "Tensor.real"], keras="ops.real(x: x)")
function("imag", "elementwise", torch=["torch.imag(input: x)", "Tensor.imag"], keras="ops.imag(x: x)")
function("polar", "elementwise", torch="torch.polar(abs: x, angle: y)", keras="ops.polar(abs_: x, angle: y)")
function("complex", "elementwise", float64_tol=_COMPLEX, torch="torch.complex(real: x, imag: y)",
         keras="adapters.complex_number(real: x, imag: y)", tensorflow="tf.complex(real: x, imag: y)")
