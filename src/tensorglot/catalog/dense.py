"""Linear and bilinear layers, similarities of vectors."""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .keras_forms import ACTIVATION, CALL, read, weights
from .registry import function, layer

_DENSE = f"layers.Dense(units: out, {ACTIVATION}, use_bias: bias = True, {weights('kernel', 'bias')})"

layer("linear", "last",
      params="kernel: torch weight[O I], keras kernel[I O]; bias: torch bias[O], keras bias[O]",
      attributes="units: torch out_features, keras units; weight: torch weight, keras kernel; "
                 "bias: torch bias, keras bias",
      torch=["nn.Linear(in_features: I, out_features: out, bias: bias = True, device: _ = None, dtype: _ = None)",
             "nn.LazyLinear(out_features: out, bias: bias = True, device: _ = None, dtype: _ = None)"],
      call_torch="(input: x)",
      keras=_DENSE, call_keras="(inputs: x)", from_keras=read(*_DENSE.rstrip(")").split("(", 1)), from_call_keras=CALL)

layer("bilinear", "last",
      params="kernel: torch weight[O I J], keras kernel[O I J]; bias: torch bias[O], keras bias[O]",
      attributes="units: torch out_features, keras units; weight: torch weight, keras kernel; "
                 "bias: torch bias, keras bias",
      torch="nn.Bilinear(in1_features: I, in2_features: J, out_features: out, bias: bias = True, device: _ = None, "
            "dtype: _ = None)",
      call_torch="(input1: x, input2: y)",
      keras="adapters.Bilinear(units: out, use_bias: bias = True)",
      call_keras="(x1: x, x2: y)")

function("bilinear", "last",
         torch=["F.bilinear(input1: x, input2: y, weight: weight, bias: bias = None)",
                "torch.bilinear(input1: x, input2: y, weight: weight, bias: bias = None)"],
         keras=['= ops.einsum("...i,oij,...j->...o", x, weight, y) | bias=None',
                '= ops.einsum("...i,oij,...j->...o", x, weight, y) + bias'])

layer("cosine_similarity", "reduce axis",
      torch="nn.CosineSimilarity(dim: axis = 1, eps: eps = 1e-08)",
      call_torch="(x1: x, x2: y)",
      keras="adapters.CosineSimilarity(axis: axis = 1, epsilon: eps = 1e-08)",
      call_keras="(x1: x, x2: y)")

function("cosine_similarity", "reduce axis",
         torch=["F.cosine_similarity(x1: x, x2: y, dim: axis = 1, eps: eps = 1e-08)",
                "torch.cosine_similarity(x1: x, x2: y, dim: axis = 1, eps: eps = 1e-08)"],
         keras="adapters.cosine_similarity(x1: x, x2: y, axis: axis = 1, epsilon: eps = 1e-08)")

layer("pairwise_distance", "last",
      torch="nn.PairwiseDistance(p: p = 2.0, eps: eps = 1e-06, keepdim: keepdims = False)",
      call_torch="(x1: x, x2: y)",
      keras="adapters.PairwiseDistance(p: p = 2.0, epsilon: eps = 1e-06, keepdims: keepdims = False)",
      call_keras="(x1: x, x2: y)")

function("pairwise_distance", "last",
         torch=["F.pairwise_distance(x1: x, x2: y, p: p = 2.0, eps: eps = 1e-06, keepdim: keepdims = False)",
                "torch.pairwise_distance(x1: x, x2: y, p: p = 2.0, eps: eps = 1e-06, keepdim: keepdims = False)"],
         keras="adapters.pairwise_distance(x1: x, x2: y, p: p = 2.0, epsilon: eps = 1e-06, keepdims: keepdims = False)")
