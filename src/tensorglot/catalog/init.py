"""Initialisers. torch fills a tensor in place; a Keras layer is given an initialiser object: these are such objects.

Fan-in and fan-out agree wherever the kernel's axes are moved by the layer's rule (O I S* to S* I O): torch counts
weight[1] and weight[0] times the window, Keras the last two axes times the window. They differ for depthwise kernels
(S* C 1 in Keras), whose layers need the scale worked out for themselves.
"""

import re

from tensorglot.catalog import layer_codecs  # noqa: F401  (registers the codec used below)
from tensorglot.catalog.registry import function


def _initialiser(name: str, arguments: str, keras: str | list[str] | None, note: str = "", read: str = "") -> None:
    """`nn.init.NAME_(tensor, arguments)` in torch, an initialiser object in Keras; `read`: all that Keras's takes."""
    rest = f", {arguments}" if arguments else ""
    function(f"init_{name}", "host", torch=f"nn.init.{name}_(tensor: x{rest})", keras=keras, note=note,
             from_keras=_both_names(read) if read else [])


def _both_names(signature: str) -> list[str]:
    """An initialiser's class, and its name in lower case, which is the same class."""
    name, paren, rest = signature.partition("(")
    return [f"initializers.{n}{paren}{rest}" for n in (name, re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower())]


_SEED = "generator: generator = None"

_initialiser("zeros", "", "keras.initializers.Zeros()", read="Zeros()")
_initialiser("ones", "", "keras.initializers.Ones()", read="Ones()")
_initialiser("constant", "val: value", "keras.initializers.Constant(value: value = 0.0)",
             read="Constant(value: value = 0.0)")
_initialiser("uniform", f"a: low = 0.0, b: high = 1.0, {_SEED}",
             "keras.initializers.RandomUniform(minval: low = -0.05, maxval: high = 0.05)",
             read="RandomUniform(minval: low = -0.05, maxval: high = 0.05, seed: _ = None)")
_initialiser("normal", f"mean: mean = 0.0, std: std = 1.0, {_SEED}",
             "keras.initializers.RandomNormal(mean: mean = 0.0, stddev: std = 0.05)",
             read="RandomNormal(mean: mean = 0.0, stddev: std = 0.05, seed: _ = None)")
_initialiser("trunc_normal", f"mean: mean = 0.0, std: std = 1.0, a: low = -2.0, b: high = 2.0, {_SEED}",
             "adapters.TruncatedNormal(mean: mean = 0.0, std: std = 1.0, a: low = -2.0, b: high = 2.0)",
             "Keras's own cuts at two standard deviations; torch's bounds are values")

_SCALED = "keras.initializers.VarianceScaling(scale: {scale} = 1.0, mode: {mode} = 'fan_in', distribution: {law})"
_UNIFORM, _NORMAL = "'uniform' = 'truncated_normal'", "'untruncated_normal' = 'truncated_normal'"
_XAVIER = f"gain: gain = 1.0, {_SEED}"
_initialiser("xavier_uniform", _XAVIER,
             ["keras.initializers.GlorotUniform() | gain=1.0",
              _SCALED.format(scale="gain * gain", mode="'fan_avg'", law=_UNIFORM)],
             read="GlorotUniform(seed: _ = None) | gain=1.0")
_initialiser("xavier_normal", _XAVIER, _SCALED.format(scale="gain * gain", mode="'fan_avg'", law=_NORMAL),
             "Keras's GlorotNormal is truncated")

_KAIMING = f"a: slope = 0, mode: fan = 'fan_in', nonlinearity: act = 'leaky_relu', {_SEED}"
_initialiser("kaiming_uniform", _KAIMING, _SCALED.format(scale="he_scale(slope, act)", mode="fan", law=_UNIFORM))
_initialiser("kaiming_normal", _KAIMING, _SCALED.format(scale="he_scale(slope, act)", mode="fan", law=_NORMAL))

_initialiser("orthogonal", f"gain: gain = 1, {_SEED}", "keras.initializers.Orthogonal(gain: gain = 1.0)",
             read="Orthogonal(gain: gain = 1.0, seed: _ = None)")
_initialiser("eye", "", "keras.initializers.Identity()")
_initialiser("dirac", "groups: groups = 1", None, "no initialiser keeps the input's channels through a convolution")
_initialiser("sparse", f"sparsity: sparsity, std: std = 0.01, {_SEED}", None, "no sparse initialiser")

function("calculate_gain", "host", torch="nn.init.calculate_gain(nonlinearity: act, param: slope = None)",
         keras="adapters.calculate_gain(nonlinearity: act, param: slope = None)")

# What only Keras draws: truncated normal values, and scales by the number of inputs or of both sides.
for _name, _cls in {"he_normal": "HeNormal", "he_uniform": "HeUniform", "lecun_normal": "LecunNormal",
                    "lecun_uniform": "LecunUniform", "glorot_normal": "GlorotNormal"}.items():
    function(f"init_{_name}", "host", keras=f"keras.initializers.{_cls}()", from_keras=_both_names(f"{_cls}(seed: _ = None)"))
_CUT = "mean: mean = 0.0, stddev: std = 0.05"
function("init_cut_normal", "host", keras=f"keras.initializers.TruncatedNormal({_CUT})",
         from_keras=_both_names(f"TruncatedNormal({_CUT}, seed: _ = None)"), note="cut at two standard deviations")
_BY_SIZE = "scale: scale = 1.0, mode: fan = 'fan_in', distribution: law = 'truncated_normal'"
function("init_by_size", "host", keras=f"keras.initializers.VarianceScaling({_BY_SIZE})",
         from_keras=_both_names(f"VarianceScaling({_BY_SIZE}, seed: _ = None)"))
