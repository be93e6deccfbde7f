"""Dropout: layers and functions."""

from __future__ import annotations

from .conv import AXES
from .registry import function, layer

_RATE = "rate: torch p, keras rate"
_LAYER = "p: rate = 0.5, inplace: _ = False)"
_SAME = "demand N C S* -> N C S*"

layer("dropout", "elementwise", attributes=_RATE, torch=f"nn.Dropout({_LAYER}", call_torch="(input: x)",
      keras="layers.Dropout(rate: rate)", call_keras="(inputs: x)")
layer("alpha_dropout", "elementwise", attributes=_RATE, torch=f"nn.AlphaDropout({_LAYER}", call_torch="(input: x)",
      keras="layers.AlphaDropout(rate: rate)", call_keras="(inputs: x)")
layer("feature_alpha_dropout", _SAME, axes=AXES, attributes=_RATE, torch=f"nn.FeatureAlphaDropout({_LAYER}",
      call_torch="(input: x)", keras="adapters.FeatureAlphaDropout(rate: rate = 0.5)", call_keras="(x: x)")

for _n in (1, 2, 3):
    layer(f"dropout{_n}d", _SAME, axes=AXES, attributes=_RATE, torch=f"nn.Dropout{_n}d({_LAYER}",
          call_torch="(input: x)", keras=f"layers.SpatialDropout{_n}D(rate: rate)", call_keras="(inputs: x)")
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
