"""Normalisation layers.

torch's norms have their channels on axis 1; in Keras the same tensors are stored channels-last. The functions' weights
are one-dimensional, whatever the storage. `D` is the number of axes S*, which other frameworks infer from the input.
"""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .conv import AXES
from .keras_forms import CALL, read, weights
from .registry import function, layer

_UNUSED = "device: _ = None, dtype: _ = None"
_SAME = "demand N C S* -> N C S*"
_READ = "weight: torch weight, keras gamma; bias: torch bias, keras beta; eps: torch eps, keras epsilon"
_AFFINE = "gamma: torch weight[C], keras gamma[C]; beta: torch bias[C], keras beta[C]"
_STATS = "; mean: torch running_mean[C], keras moving_mean[C]; var: torch running_var[C], keras moving_variance[C]"
_READ_STATS = _READ + ("; running_mean: torch running_mean, keras moving_mean; "
                       "running_var: torch running_var, keras moving_variance; momentum: torch momentum, "
                       "keras 1-momentum; track: torch track_running_stats, keras True; "
                       "calls: torch num_batches_tracked, keras None")
_SCALED = "center: center(bias, affine) = True, scale: affine = True"
_OWN = weights("beta", "gamma")


def _read(callee: str, own: str, options: str = _OWN, where: str = "") -> list[str]:
    """Keras's constructor as it is read: also with an offset and no scale, which torch's norms cannot have."""
    more = where and f", {where}"
    return [read(callee, f"{own}, {_SCALED}, {options}", where),
            read(callee, f"{own}, center: bias = True, scale: False = True, {options}", f"affine=True, scale=False{more}")]


#: The same as a target.
_UNSCALED = "center: bias = True, scale: scale = True"
_MOVING = "moving_mean_initializer: mean_init = 'zeros', moving_variance_initializer: var_init = 'ones'"


def _batch_norm() -> None:
    common = ("eps: eps = 1e-05, momentum: complement(decay) = 0.1, affine: affine = True, "
              "track_running_stats: track = True, ")
    exact = ("adapters.UnbiasedBatchNormalization(momentum: decay = 0.9, epsilon: eps = 1e-05, "
             f"{_SCALED}, track_running_stats: track = True)")
    signatures = []
    for n in (1, 2, 3):
        for prefix in (f"nn.BatchNorm{n}d(num_features: C, ", f"nn.LazyBatchNorm{n}d("):
            signatures.append(f"{prefix}{common}{_UNUSED}, *, bias: bias = True) | D={n}")
    layer("batch_norm", "channel", axes=AXES, params=_AFFINE + _STATS, attributes=_READ_STATS,
          torch=signatures, call_torch="(input: x)", call_keras="(inputs: x)",
          keras=["layers.BatchNormalization(axis: axis = -1, momentum: kept(decay) = 0.99, epsilon: eps = 0.001, "
                 f"{_SCALED}, {_OWN})", exact,
                 "layers.BatchNormalization(axis: axis = -1, momentum: kept(decay) = 0.99, epsilon: eps = 0.001, "
                 f"{_UNSCALED}, {_OWN}) | affine=True, scale=False"],
          from_keras=_read("layers.BatchNormalization",
                           "axis: single_axis(axis) = -1, momentum: decay = 0.99, epsilon: eps = 0.001",
                           f"{weights('beta', 'gamma', more=_MOVING)}, renorm: False = False, renorm_clipping: _ = None, "
                           "renorm_momentum: _ = 0.99, synchronized: False = False", "track=True"), from_call_keras=CALL,
          note="the running variance is unbiased in torch and in the adapter, biased in Keras; "
               "num_batches_tracked is dropped")
    layer("sync_batch_norm", "channel", axes=AXES, params=_AFFINE + _STATS, attributes=_READ_STATS,
          torch=f"nn.SyncBatchNorm(num_features: C, {common}process_group: _ = None, {_UNUSED}, *, "
                "bias: bias = True)", call_torch="(input: x)", call_keras="(inputs: x)",
          keras=["layers.BatchNormalization(momentum: kept(decay) = 0.99, epsilon: eps = 0.001, "
                 f"{_SCALED}, synchronized: True = False)", exact], from_call_keras=CALL,
          from_keras=_read("layers.BatchNormalization",
                           "axis: single_axis(axis) = -1, momentum: decay = 0.99, epsilon: eps = 0.001",
                           f"{weights('beta', 'gamma', more=_MOVING)}, renorm: False = False, renorm_clipping: _ = None, "
                           "renorm_momentum: _ = 0.99, synchronized: True = False", "track=True"))
    function("batch_norm", _SAME, axes=AXES,
             torch=["F.batch_norm(input: x, running_mean: mean, running_var: var, weight: weight = None, "
                    "bias: bias = None, training: training = False, momentum: momentum = 0.1, eps: eps = 1e-05)",
                    "torch.batch_norm(input: x, weight: weight, bias: bias, running_mean: mean, running_var: var, "
                    "training: training, momentum: momentum, eps: eps, cudnn_enabled: _)"],
             keras="adapters.batch_norm(x: x, running_mean: mean, running_var: var, weight: weight = None, "
                   "bias: bias = None, training: training = False, momentum: momentum = 0.1, epsilon: eps = 1e-05)")


def _instance_norm() -> None:
    plain, lazy = (f"eps: eps = 1e-05, momentum: complement(decay) = 0.1, affine: affine = {flag}, "
                   f"track_running_stats: track = {flag}, {_UNUSED}, *, bias: bias = True)" for flag in (False, True))
    layer("instance_norm", _SAME, axes=AXES, params=_AFFINE + _STATS, attributes=_READ,
          torch=[f"nn.InstanceNorm{n}d(num_features: C, {plain} | D={n}" for n in (1, 2, 3)]
          + [f"nn.LazyInstanceNorm{n}d({lazy} | D={n}" for n in (1, 2, 3)],
          call_torch="(input: x)", call_keras="(inputs: x)",
          keras=["layers.GroupNormalization(groups: -1 = 32, epsilon: eps = 0.001, "
                 "center: center(bias, affine) = True, scale: affine = True) | track=False",
                 "adapters.InstanceNorm(momentum: decay = 0.9, epsilon: eps = 1e-05, "
                 "center: center(bias, affine) = False, scale: affine = False, track_running_stats: track = False)"])
    function("instance_norm", _SAME, axes=AXES,
             torch="F.instance_norm(input: x, running_mean: mean = None, running_var: var = None, "
                   "weight: weight = None, bias: bias = None, use_input_stats: use_input = True, "
                   "momentum: momentum = 0.1, eps: eps = 1e-05)",
             keras="adapters.instance_norm(x: x, running_mean: mean = None, running_var: var = None, "
                   "weight: weight = None, bias: bias = None, use_input_stats: use_input = True, "
                   "epsilon: eps = 1e-05)")


def _group_norm() -> None:
    layer("group_norm", _SAME, axes=AXES, params=_AFFINE, attributes=_READ + "; groups: torch num_groups, keras groups",
          torch="nn.GroupNorm(num_groups: groups, num_channels: C, eps: eps = 1e-05, affine: affine = True, "
                f"{_UNUSED}, *, bias: bias = True)",
          call_torch="(input: x)", call_keras="(inputs: x)",
          keras=[f"layers.GroupNormalization(groups: groups = 32, axis: axis = -1, epsilon: eps = 0.001, {form}, {_OWN}){end}"
                 for form, end in ((_SCALED, ""), (_UNSCALED, " | affine=True, scale=False"))],
          from_keras=_read("layers.GroupNormalization",
                           "groups: groups = 32, axis: single_axis(axis) = -1, epsilon: eps = 0.001"), from_call_keras=CALL)
    function("group_norm", _SAME, axes=AXES,
             torch=["F.group_norm(input: x, num_groups: groups, weight: weight = None, bias: bias = None, "
                    "eps: eps = 1e-05)",
                    "torch.group_norm(input: x, num_groups: groups, weight: weight = None, bias: bias = None, "
                    "eps: eps = 1e-05, cudnn_enabled: _ = True)"],
             keras="adapters.group_norm(x: x, groups: groups, weight: weight = None, bias: bias = None, "
                   "epsilon: eps = 1e-05)")


def _layer_norm() -> None:
    arguments = f"eps: eps = 1e-05, elementwise_affine: affine = True, bias: bias = True, {_UNUSED})"
    adapter = "epsilon: eps = 1e-05, center: center(bias, affine) = True, scale: affine = True)"
    layer("layer_norm", "last", params=_AFFINE, attributes=_READ,
          torch=f"nn.LayerNorm(normalized_shape: one_size(C), {arguments}",
          call_torch="(input: x)", call_keras="(inputs: x)",
          keras=[f"layers.LayerNormalization(axis: last_axis(C, affine) = -1, epsilon: eps = 0.001, {_SCALED})",
                 f"adapters.LayerNorm(normalized_shape: C, {adapter}",
                 *(f"layers.LayerNormalization(axis: given(axis) = -1, epsilon: eps = 0.001, {form}, {_OWN}){end}"
                   for form, end in ((_SCALED, ""), (_UNSCALED, " | affine=True, scale=False")))],
          from_keras=_read("layers.LayerNormalization", "axis: single_axis(axis) = -1, epsilon: eps = 0.001"),
          from_call_keras=CALL)
    layer("layer_norm_nd", "any", attributes=_READ,
          params="gamma: torch weight[S*], keras gamma[S*]; beta: torch bias[S*], keras beta[S*]",
          torch=f"nn.LayerNorm(normalized_shape: shape, {arguments}",
          call_torch="(input: x)", call_keras="(x: x)",
          keras=f"adapters.LayerNorm(normalized_shape: shape, {adapter}",
          note="several normalised axes; in the source's axis order")
    arguments = "weight: weight = None, bias: bias = None, eps: eps = 1e-05"
    function("layer_norm", "last",
             torch=[f"F.layer_norm(input: x, normalized_shape: one_size(C), {arguments})",
                    f"torch.layer_norm(input: x, normalized_shape: one_size(C), {arguments}, cudnn_enable: _ = True)"],
             keras=["ops.layer_normalization(x: x, gamma: weight = None, beta: bias = None, "
                    "axis: last_axis(C, False) = -1, epsilon: eps = None)",
                    "adapters.layer_norm(x: x, normalized_shape: C, weight: weight = None, bias: bias = None, "
                    "epsilon: eps = 1e-05)"])
    function("layer_norm_nd", "any",
             torch=[f"F.layer_norm(input: x, normalized_shape: shape, {arguments})",
                    f"torch.layer_norm(input: x, normalized_shape: shape, {arguments}, cudnn_enable: _ = True)"],
             keras="adapters.layer_norm(x: x, normalized_shape: shape, weight: weight = None, bias: bias = None, "
                   "epsilon: eps = 1e-05)")


def _rms_norm() -> None:
    arguments = f"eps: eps = None, elementwise_affine: affine = True, {_UNUSED})"
    adapter = "epsilon: eps = None, use_scale: affine = True)"
    scaled = "weight: torch weight, keras scale; eps: torch eps, keras epsilon"
    layer("rms_norm", "last", params="scale: torch weight[C], keras scale[C]", attributes=scaled,
          torch=f"nn.RMSNorm(normalized_shape: one_size(C), {arguments}",
          call_torch="(input: x)", call_keras="(x: x)",
          keras=["layers.RMSNormalization(axis: last_axis(C, affine) = -1, epsilon: eps_or_machine(eps) = 1e-06) "
                 "| affine=True",
                 f"adapters.RMSNorm(normalized_shape: C, {adapter}",
                 "layers.RMSNormalization(axis: given(axis) = -1, epsilon: eps = 1e-06) | affine=True"],
          from_keras=read("layers.RMSNormalization", "axis: single_axis(axis) = -1, epsilon: eps = 1e-06", "affine=True"),
          from_call_keras=CALL,
          float64_tol=(1e-6, "the default epsilon depends on the dtype in torch; here it is float32's"))
    layer("rms_norm_nd", "any", params="scale: torch weight[S*], keras scale[S*]", attributes=scaled,
          torch=f"nn.RMSNorm(normalized_shape: shape, {arguments}",
          call_torch="(input: x)", call_keras="(x: x)",
          keras=f"adapters.RMSNorm(normalized_shape: shape, {adapter}")
    arguments = "weight: weight = None, eps: eps = None)"
    function("rms_norm", "last",
             torch=[f"F.rms_norm(input: x, normalized_shape: one_size(C), {arguments}",
                    f"torch.rms_norm(input: x, normalized_shape: one_size(C), {arguments}"],
             keras=["ops.rms_normalization(x: x, scale: weight = None, axis: last_axis(C, False) = -1, "
                    "epsilon: eps_or_machine(eps) = None)",
                    "adapters.rms_norm(x: x, normalized_shape: C, weight: weight = None, epsilon: eps = None)"],
             float64_tol=(1e-6, "the default epsilon depends on the dtype in torch; here it is float32's"))
    function("rms_norm_nd", "any",
             torch=[f"F.rms_norm(input: x, normalized_shape: shape, {arguments}",
                    f"torch.rms_norm(input: x, normalized_shape: shape, {arguments}"],
             keras="adapters.rms_norm(x: x, normalized_shape: shape, weight: weight = None, epsilon: eps = None)")


def _local_response_norm() -> None:
    arguments = "size: size, alpha: alpha = 0.0001, beta: beta = 0.75, k: k = 1.0)"
    layer("local_response_norm", _SAME, axes=AXES,
          torch=[f"nn.LocalResponseNorm({arguments}",
                 "nn.CrossMapLRN2d(size: size, alpha: alpha = 0.0001, beta: beta = 0.75, k: k = 1)"],
          call_torch="(input: x)", call_keras="(x: x)", keras=f"adapters.LocalResponseNorm({arguments}")
    function("local_response_norm", _SAME, axes=AXES, torch=f"F.local_response_norm(input: x, {arguments}",
             keras=f"adapters.local_response_norm(x: x, {arguments}")


_batch_norm()
_instance_norm()
_group_norm()
_layer_norm()
_rms_norm()
_local_response_norm()
