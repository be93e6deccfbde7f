"""Dropout: layers and functions."""

from __future__ import annotations

from .conv import AXES
from .keras_forms import CALL, FORMAT, read
from .registry import function, layer

_RATE = "rate: torch p, keras rate"
_LAYER = "p: rate = 0.5, inplace: _ = False)"
_SAME = "demand N C S* -> N C S*"

layer("dropout", "elementwise", attributes=_RATE, torch=f"nn.Dropout({_LAYER}", call_torch="(input: x)",
      keras=["layers.Dropout(rate: rate)", "layers.Dropout(rate: rate, noise_shape: shared = None, seed: seed_hint = None)"],
      call_keras="(inputs: x)", from_call_keras=CALL,
      from_keras=read("layers.Dropout", "rate: rate, noise_shape: shared = None, seed: seed_hint = None"))
layer("alpha_dropout", "elementwise", attributes=_RATE, torch=f"nn.AlphaDropout({_LAYER}", call_torch="(input: x)",
      keras=["layers.AlphaDropout(rate: rate)", "layers.AlphaDropout(rate: rate, noise_shape: shared = None)"],
      call_keras="(inputs: x)", from_call_keras=CALL,
      from_keras=read("layers.AlphaDropout", "rate: rate, noise_shape: shared = None, seed: seed_hint = None"))
layer("feature_alpha_dropout", _SAME, axes=AXES, attributes=_RATE, torch=f"nn.FeatureAlphaDropout({_LAYER}",
      call_torch="(input: x)", keras="adapters.FeatureAlphaDropout(rate: rate = 0.5)", call_keras="(x: x)")

layer("gaussian_noise", "elementwise", keras="layers.GaussianNoise(stddev: std)", call_keras="(inputs: x)",
      from_call_keras=CALL, from_keras=read("layers.GaussianNoise", "stddev: std, seed: seed_hint = None"))
layer("gaussian_dropout", "elementwise", keras="layers.GaussianDropout(rate: rate)", call_keras="(inputs: x)",
      from_call_keras=CALL, from_keras=read("layers.GaussianDropout", "rate: rate, seed: seed_hint = None"))

for _n in (1, 2, 3):
    layer(f"dropout{_n}d", _SAME, axes=AXES, attributes=_RATE, torch=f"nn.Dropout{_n}d({_LAYER}",
          call_torch="(input: x)", keras=f"layers.SpatialDropout{_n}D(rate: rate)", call_keras="(inputs: x)",
          from_call_keras=CALL, from_keras=read(f"layers.SpatialDropout{_n}D", f"rate: rate, {FORMAT + ', ' if _n > 1 else ''}"
                                                "seed: seed_hint = None"))
    function(f"dropout{_n}d", _SAME, axes=AXES,
             torch=f"F.dropout{_n}d(input: x, p: rate = 0.5, training: training = True, inplace: _ = False)",
             keras="adapters.spatial_dropout(x: x, rate: rate = 0.5, training: training = True)")

function("dropout", "elementwise",
         torch=["F.dropout(input: x, p: rate = 0.5, training: training = True, inplace: _ = False)",
                "torch.dropout(input: x, p: rate, train: training)",
                "torch.dropout_(input: x, p: rate, train: training)"],
         keras="adapters.dropout(x: x, rate: rate = 0.5, training: training = True)")
function("alpha_dropout", "elementwise",
         torch=["F.alpha_dropout(input: x, p: rate = 0.5, training: training = False, inplace: _ = False)",
                "torch.alpha_dropout(input: x, p: rate, train: training)"],
         keras="adapters.alpha_dropout(x: x, rate: rate = 0.5, training: training = False)")
function("feature_alpha_dropout", _SAME, axes=AXES,
         torch=["F.feature_alpha_dropout(input: x, p: rate = 0.5, training: training = False, inplace: _ = False)",
                "torch.feature_alpha_dropout(input: x, p: rate, train: training)"],
         keras="adapters.feature_alpha_dropout(x: x, rate: rate = 0.5, training: training = False)")
