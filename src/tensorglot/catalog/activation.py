"""Activations: layers and functions."""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .keras_forms import CALL, read, weights
from .registry import function, layer

_INPLACE = "inplace: _ = False"
_GELU_TOL = (2e-8, "Keras computes part of the exact GELU in float32")
_FLOAT32_CONSTANT = (1e-8, "TensorFlow holds the constant in float32")
_SOFTPLUS_TOL = (5e-9, "torch is linear beyond its threshold")


#: Keras's names of functions that it has two names for.
_SECOND_NAMES = {"silu": "swish", "hard_silu": "hard_swish"}


def _as_read(keras: str | list[str]) -> list[str]:
    """Keras's layers as they are read: with the arguments of all layers."""
    out = []
    for text in [keras] if isinstance(keras, str) else keras:
        head, _, where = text.partition("|")
        callee, _, own = head.strip().rstrip(")").partition("(")
        if not callee.startswith("adapters."):
            names = [name for name in (own.split("'")[1:2] if callee == "layers.Activation" else []) if name in _SECOND_NAMES]
            out += [read(callee, own, where.strip())]
            out += [read(callee, own.replace(f"'{n}'", f"'{_SECOND_NAMES[n]}'"), where.strip()) for n in names]
    return out


def _layer(name: str, torch: str | None, keras: str | list[str], rule: str = "elementwise",
           float64_tol: tuple[float, str] | None = None, is_read: bool = True) -> None:
    layer(name, rule, torch=torch, call_torch="(input: x)", keras=keras, call_keras="(inputs: x)",
          float64_tol=float64_tol, from_keras=_as_read(keras) if is_read else [], from_call_keras=CALL)


def _named(name: str, torch: str, activation: str, float64_tol: tuple[float, str] | None = None) -> None:
    """A layer without arguments that Keras knows by name."""
    _layer(name, torch, f"layers.Activation(activation: '{activation}')", float64_tol=float64_tol)


def _function(name: str, torch: list[str] | None, keras: str | list[str], tensorflow: str | list[str] | None = None,
              rule: str = "elementwise", float64_tol: tuple[float, str] | None = None,
              read_as: list[str] | None = None) -> None:
    function(name, rule, torch=torch, keras=keras, tensorflow=tensorflow, float64_tol=float64_tol,
             from_keras=_functions(keras) if read_as is None else read_as)


def _functions(keras: str | list[str]) -> list[str]:
    """Keras's functions as they are read: each stands in `ops` and in `activations`, some under two names."""
    out = []
    for text in [keras] if isinstance(keras, str) else keras:
        space, _, rest = text.partition(".")
        name, paren, arguments = rest.partition("(")
        if space in ("ops", "activations"):
            out += [f"{home}.{n}{paren}{arguments}" for n in (name, *filter(None, [_SECOND_NAMES.get(name)]))
                    for home in ("ops", "activations")]
    return out


# Specific forms come before the general ones: several share `layers.ReLU` and `layers.Activation`.
_layer("relu6", f"nn.ReLU6({_INPLACE})",
       ["layers.ReLU(max_value: 6.0 = None, negative_slope: 0.0 = 0.0, threshold: 0.0 = 0.0)",
        "layers.Activation(activation: 'relu6')"])
_layer("relu", f"nn.ReLU({_INPLACE})", ["layers.ReLU(max_value: None = None, negative_slope: 0.0 = 0.0, threshold: 0.0 = 0.0)",
                                       "layers.Activation(activation: 'relu')"])
_layer("clipped_relu", None, "layers.ReLU(max_value: high = None, negative_slope: slope = 0.0, threshold: threshold = 0.0)")
_layer("leaky_relu", f"nn.LeakyReLU(negative_slope: slope = 0.01, {_INPLACE})",
       ["layers.LeakyReLU(negative_slope: slope = 0.3)", "layers.Activation(activation: 'leaky_relu') | slope=0.2"],
       float64_tol=_FLOAT32_CONSTANT)
_layer("elu", f"nn.ELU(alpha: alpha = 1.0, {_INPLACE})", ["layers.ELU(alpha: alpha = 1.0)",
                                                              "layers.Activation(activation: 'elu') | alpha=1.0"])
_layer("celu", f"nn.CELU(alpha: alpha = 1.0, {_INPLACE})",
       ["layers.Activation(activation: 'celu') | alpha=1.0", "adapters.CELU(alpha: alpha = 1.0)"])
_named("selu", f"nn.SELU({_INPLACE})", "selu")
_layer("gelu", "nn.GELU(approximate: approximate = 'none')",
       ["layers.Activation(activation: 'gelu') | approximate='none'",
        "adapters.GELU(approximate: approximate = 'none')"], float64_tol=_GELU_TOL)
_named("silu", f"nn.SiLU({_INPLACE})", "silu")
_named("mish", f"nn.Mish({_INPLACE})", "mish", _SOFTPLUS_TOL)
_named("sigmoid", "nn.Sigmoid(*args: _, **kwargs: _)", "sigmoid")
_named("tanh", "nn.Tanh(*args: _, **kwargs: _)", "tanh")
_named("softsign", "nn.Softsign(*args: _, **kwargs: _)", "softsign")
_named("tanhshrink", "nn.Tanhshrink(*args: _, **kwargs: _)", "tanh_shrink")
_named("logsigmoid", "nn.LogSigmoid(*args: _, **kwargs: _)", "log_sigmoid")
_named("hardswish", f"nn.Hardswish({_INPLACE})", "hard_silu")
_named("hardsigmoid", f"nn.Hardsigmoid({_INPLACE})", "hard_sigmoid", _FLOAT32_CONSTANT)
_layer("hardtanh", f"nn.Hardtanh(min_val: low = -1.0, max_val: high = 1.0, {_INPLACE}, min_value: old_low = None, "
       "max_value: old_high = None)",
       ["layers.Activation(activation: 'hard_tanh') | low=-1.0, high=1.0",
        "adapters.Hardtanh(min_val: low = -1.0, max_val: high = 1.0)"])
_layer("hardshrink", "nn.Hardshrink(lambd: lambd = 0.5)",
       ["layers.Activation(activation: 'hard_shrink') | lambd=0.5", "adapters.Hardshrink(lambd: lambd = 0.5)"])
_layer("softshrink", "nn.Softshrink(lambd: lambd = 0.5)",
       ["layers.Activation(activation: 'soft_shrink') | lambd=0.5", "adapters.Softshrink(lambd: lambd = 0.5)"])
_layer("softplus", "nn.Softplus(beta: beta = 1.0, threshold: threshold = 20.0)",
       ["layers.Activation(activation: 'softplus') | beta=1.0, threshold=20.0",
        "adapters.Softplus(beta: beta = 1.0, threshold: threshold = 20.0)"], float64_tol=_SOFTPLUS_TOL)
_layer("threshold", f"nn.Threshold(threshold: threshold, value: value, {_INPLACE})",
       "adapters.Threshold(threshold: threshold, value: value)")
_layer("rrelu", f"nn.RReLU(lower: lower = 0.125, upper: upper = 0.3333333333333333, {_INPLACE})",
       "adapters.RReLU(lower: lower = 0.125, upper: upper = 0.3333333333333333)")
layer("prelu", "channel", axes="torch: N C S*; keras: N S* C",
      params="alpha: torch weight[C], keras alpha[C]", attributes="weight: torch weight, keras alpha",
      torch="nn.PReLU(num_parameters: count = 1, init: init = 0.25, device: _ = None, dtype: _ = None)",
      call_torch="(input: x)", keras="adapters.PReLU(num_parameters: count = 1, init: init = 0.25)",
      call_keras="(x: x)")

layer("shared_prelu", "any", keras=f"layers.PReLU({weights('alpha')}, shared_axes: shared = None)",
      call_keras="(inputs: x)", from_call_keras=CALL, note="one slope for each position, but for the shared axes",
      from_keras=read("layers.PReLU", f"{weights('alpha')}, shared_axes: shared = None"))

_layer("softmax2d", "nn.Softmax2d(*args: _, **kwargs: _)", "layers.Softmax()", rule="channel", is_read=False)
_layer("softmax", "nn.Softmax(dim: given(axis) = None)",
       ["layers.Softmax(axis: axis = -1)", "layers.Activation(activation: 'softmax') | axis=-1"], rule="axis axis")
for _name, _activation in (("sparsemax", "sparsemax"), ("squareplus", "squareplus"), ("sparse_plus", "sparse_plus"),
                           ("sparse_sigmoid", "sparse_sigmoid"), ("exponential", "exponential")):
    _layer(_name, None, f"layers.Activation(activation: '{_activation}')")
layer("activation", "elementwise", keras="layers.Activation(activation: activation(function))", call_keras="(inputs: x)",
      from_keras=read("layers.Activation", "activation: activation(function)"), from_call_keras=CALL,
      note="an activation that is known when the program runs")
_layer("log_softmax", "nn.LogSoftmax(dim: given(axis) = None)",
       ["layers.Activation(activation: 'log_softmax') | axis=-1", "adapters.LogSoftmax(axis: axis = -1)"],
       rule="axis axis")
_layer("softmin", "nn.Softmin(dim: given(axis) = None)", "adapters.Softmin(axis: axis = -1)", rule="axis axis")
_layer("glu", "nn.GLU(dim: axis = -1)",
       ["layers.Activation(activation: 'glu') | axis=-1", "adapters.GLU(axis: axis = -1)"], rule="axis axis")


def _names(name: str, *, tensor: bool = True, inplace: bool = True, functional: bool = True) -> list[str]:
    """The forms of a function without further arguments: F, torch, method, and in place."""
    out = [f"F.{name}(input: x)"] if functional else []
    out += [f"torch.{name}(input: x)"] if tensor else []
    out += [f"Tensor.{name}(self: x)"] if tensor else []
    if inplace:
        out += [f"torch.{name}_(input: x)", f"Tensor.{name}_(self: x)"]
    return out


_function("relu", [f"F.relu(input: x, {_INPLACE})", *_names("relu", functional=False), "F.relu_(input: x)"],
          "ops.relu(x: x)", "tf.nn.relu(features: x)",
          read_as=["ops.relu(x: x)",
                   "activations.relu(x: x, negative_slope: 0.0 = 0.0, max_value: None = None, threshold: 0.0 = 0.0)"])
_function("relu6", [f"F.relu6(input: x, {_INPLACE})"], "ops.relu6(x: x)", "tf.nn.relu6(features: x)")
_function("sigmoid", [*_names("sigmoid"), "torch.special.expit(input: x)"], "ops.sigmoid(x: x)", "tf.sigmoid(x: x)")
_function("tanh", _names("tanh"), "ops.tanh(x: x)", "tf.tanh(x: x)")
_function("silu", [f"F.silu(input: x, {_INPLACE})"], "ops.silu(x: x)", "tf.nn.silu(features: x)")
_function("mish", [f"F.mish(input: x, {_INPLACE})"], "activations.mish(x: x)", float64_tol=_SOFTPLUS_TOL,
          read_as=["activations.mish(x: x)"])
_function("softsign", ["F.softsign(input: x)"], "ops.softsign(x: x)", "tf.nn.softsign(features: x)")
_function("tanhshrink", ["F.tanhshrink(input: x)"], "ops.tanh_shrink(x: x)")
_function("logsigmoid", ["F.logsigmoid(input: x)"], "ops.log_sigmoid(x: x)", "tf.math.log_sigmoid(x: x)")
_function("hardswish", [f"F.hardswish(input: x, {_INPLACE})"], "ops.hard_silu(x: x)")
_function("hardsigmoid", [f"F.hardsigmoid(input: x, {_INPLACE})"], "ops.hard_sigmoid(x: x)",
          float64_tol=_FLOAT32_CONSTANT)
_function("selu", [f"F.selu(input: x, {_INPLACE})", "torch.selu(input: x)", "F.selu_(input: x)",
                   "torch.selu_(input: x)"], "ops.selu(x: x)", "tf.nn.selu(features: x)")
_function("elu", [f"F.elu(input: x, alpha: alpha = 1.0, {_INPLACE})", "F.elu_(input: x, alpha: alpha = 1.0)"],
          "ops.elu(x: x, alpha: alpha = 1.0)", ["tf.nn.elu(features: x)", "ops.elu(x: x, alpha: alpha = 1.0)"])
_function("celu", [f"F.celu(input: x, alpha: alpha = 1.0, {_INPLACE})", "torch.celu(input: x, alpha: alpha = 1.0)",
                   "F.celu_(input: x, alpha: alpha = 1.0)", "torch.celu_(input: x, alpha: alpha = 1.0)"],
          "ops.celu(x: x, alpha: alpha = 1.0)")
_function("leaky_relu", [f"F.leaky_relu(input: x, negative_slope: slope = 0.01, {_INPLACE})",
                         "F.leaky_relu_(input: x, negative_slope: slope = 0.01)"],
          "ops.leaky_relu(x: x, negative_slope: slope = 0.2)", "tf.nn.leaky_relu(features: x, alpha: slope = 0.2)",
          float64_tol=_FLOAT32_CONSTANT)
_function("gelu", ["F.gelu(input: x, *, approximate: approximate = 'none')"],
          "ops.gelu(x: x, approximate: is_tanh(approximate) = True)",
          "tf.nn.gelu(features: x, approximate: is_tanh(approximate) = False)", float64_tol=_GELU_TOL,
          read_as=["ops.gelu(x: x, approximate: is_tanh(approximate) = True)",
                   "activations.gelu(x: x, approximate: is_tanh(approximate) = False)"])
_function("softplus", ["F.softplus(input: x, beta: beta = 1, threshold: threshold = 20)"],
          ["ops.softplus(x: x) | beta=1, threshold=20",
           "adapters.scaled_softplus(x: x, beta: beta = 1.0, threshold: threshold = 20.0)"],
          ["tf.nn.softplus(features: x) | beta=1, threshold=20",
           "adapters.scaled_softplus(x: x, beta: beta = 1.0, threshold: threshold = 20.0)"],
          float64_tol=_SOFTPLUS_TOL)
_function("hardtanh", [f"F.hardtanh(input: x, min_val: low = -1.0, max_val: high = 1.0, {_INPLACE})",
                       "F.hardtanh_(input: x, min_val: low = -1.0, max_val: high = 1.0)"],
          "ops.clip(x: x, x_min: low, x_max: high)",
          "tf.clip_by_value(t: x, clip_value_min: low, clip_value_max: high)",
          read_as=[f"{home}.hard_tanh(x: x) | low=-1.0, high=1.0" for home in ("ops", "activations")])
_function("hardshrink", ["F.hardshrink(input: x, lambd: lambd = 0.5)", "torch.hardshrink(input: x, lambd: lambd = 0.5)",
                         "Tensor.hardshrink(self: x, lambd: lambd = 0.5)"],
          "ops.hard_shrink(x: x, threshold: lambd = 0.5)")
_function("softshrink", ["F.softshrink(input: x, lambd: lambd = 0.5)"], "ops.soft_shrink(x: x, threshold: lambd = 0.5)")
_function("threshold", [f"F.threshold(input: x, threshold: threshold, value: value, {_INPLACE})",
                        "torch.threshold(input: x, threshold: threshold, value: value)",
                        "F.threshold_(input: x, threshold: threshold, value: value)"],
          "ops.threshold(x: x, threshold: threshold, default_value: value)")
_function("rrelu", ["F.rrelu(input: x, lower: lower = 0.125, upper: upper = 0.3333333333333333, "
                    f"training: training = False, {_INPLACE})"],
          "adapters.random_relu(x: x, lower: lower = 0.125, upper: upper = 0.3333333333333333, "
          "training: training = False)")
function("prelu", "channel", axes="torch: N C S*; keras: N S* C",
         torch=["F.prelu(input: x, weight: weight)", "torch.prelu(input: x, weight: weight)",
                "Tensor.prelu(self: x, weight: weight)"],
         keras="adapters.channel_prelu(x: x, weight: weight)")
_function("glu", ["F.glu(input: x, dim: axis = -1)"], "ops.glu(x: x, axis: axis = -1)", rule="axis axis")


_function("sparsemax", None, "ops.sparsemax(x: x, axis: axis = -1)", rule="axis axis")
_function("squareplus", None, "ops.squareplus(x: x, b: b = 4)")
_function("sparse_plus", None, "ops.sparse_plus(x: x)")
_function("sparse_sigmoid", None, "ops.sparse_sigmoid(x: x)")

for _name in ("softmax", "log_softmax"):
    function(_name, "axis axis", from_keras=_functions(f"ops.{_name}(x: x, axis: axis = -1)"),
             torch=[f"F.{_name}(input: x, dim: given(axis) = None, _stacklevel: _ = 3, dtype: dtype = None)",
                    f"torch.{_name}(input: x, dim: axis, dtype: dtype = None)",
                    f"torch.special.{_name}(input: x, dim: axis, *, dtype: dtype = None)",
                    f"Tensor.{_name}(self: x, dim: axis, dtype: dtype = None)"],
             keras=[f"ops.{_name}(x: x, axis: axis = -1)",
                    f"= ops.{_name}(ops.cast(x, dtype), axis=axis)"],
             from_tensorflow=f"tf.nn.{_name}(logits: x, axis: or_axis(axis, -1) = None)",
             tensorflow=[f"tf.nn.{_name}(logits: x, axis: axis = None)",
                         f"= tf.nn.{_name}(tf.cast(x, dtype), axis=axis)"])
function("softmin", "axis axis",
         torch="F.softmin(input: x, dim: given(axis) = None, _stacklevel: _ = 3, dtype: dtype = None)",
         keras="= ops.softmax(-x, axis=axis)")
function("gumbel_softmax", "axis axis", note="random: values cannot be equal",
         torch="F.gumbel_softmax(logits: x, tau: tau = 1, hard: hard = False, eps: _ = 1e-10, dim: axis = -1)",
         keras="adapters.gumbel_softmax(logits: x, tau: tau = 1.0, hard: hard = False, axis: axis = -1)")
