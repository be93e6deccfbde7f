"""Probability distributions: objects that hold tensors, and their methods.

Distributions of single elements are elementwise; those of indices and vectors need the source's axis order; those that
sum over their last axes need these stored last. The numbers that are drawn differ between frameworks.
"""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function, instances

_OF_VALUE, _DRAW = ["(self: x, value: value)"], ["(self: x) | shape=()", "(self: x, sample_shape: shape)"]
_SAMPLE = {"sample": _DRAW}
_DENSITY = {"log_prob": _OF_VALUE, "entropy": ["(self: x)"]}
_DRAWN = {**_SAMPLE, "rsample": _DRAW}


def _distribution(name: str, rule: str, cls: str, parameters: str, members: dict[str, list[str]], attributes: str,
                  source: str = "", **rules: str) -> None:
    """An entry of a class; `source` are torch's parameters where they differ from the adapter's, `rules` those of
    members that have one of their own."""
    instances(name, rule, members={**members, **{a: [""] for a in attributes.split()}}, rules=rules,
              torch=f"torch.distributions.{cls}({source or parameters}, validate_args: _ = None)",
              keras=f"adapters.{cls}({parameters})")


_MOMENTS = "mean variance stddev"
_CHOICE = "probs: probs = None, logits: logits = None"
_distribution("normal_distribution", "elementwise", "Normal", "loc: loc, scale: scale",
              {**_DENSITY, **_DRAWN, "cdf": _OF_VALUE}, f"loc scale mode {_MOMENTS}")
_distribution("laplace_distribution", "elementwise", "Laplace", "loc: loc, scale: scale", {**_DENSITY, **_DRAWN},
              f"loc scale mode {_MOMENTS}")
_distribution("uniform_distribution", "elementwise", "Uniform", "low: low, high: high", {**_DENSITY, **_DRAWN},
              f"low high {_MOMENTS}")
_distribution("exponential_distribution", "elementwise", "Exponential", "rate: rate", {**_DENSITY, **_DRAWN},
              f"rate mode {_MOMENTS}")
_distribution("bernoulli_distribution", "elementwise", "Bernoulli", _CHOICE, {**_DENSITY, **_SAMPLE},
              f"probs logits mode {_MOMENTS}")
_distribution("beta_distribution", "elementwise", "Beta", "concentration1: a, concentration0: b",
              {**_DENSITY, **_SAMPLE}, f"concentration1 concentration0 mode {_MOMENTS}")
_distribution("categorical_distribution", "any", "Categorical", _CHOICE, {**_DENSITY, **_SAMPLE}, "probs logits mode")
_distribution("dirichlet_distribution", "any", "Dirichlet", "concentration: a", {**_DENSITY, **_SAMPLE},
              f"concentration {_MOMENTS}")
_distribution("multivariate_normal_distribution", "any", "MultivariateNormal",
              "loc: loc, covariance_matrix: covariance = None, scale_tril: factor = None", {**_DENSITY, **_DRAWN},
              f"loc scale_tril mode {_MOMENTS}",
              "loc: loc, covariance_matrix: covariance = None, precision_matrix: None = None, scale_tril: factor = None")
_distribution("independent_distribution", "elementwise", "Independent",
              "base_distribution: base, reinterpreted_batch_ndims: rank", {**_DENSITY, **_DRAWN},
              f"base_dist mode {_MOMENTS}", log_prob="trailing", entropy="trailing")
_distribution("mixture_distribution", "any", "MixtureSameFamily",
              "mixture_distribution: weights, component_distribution: parts",
              {"log_prob": ["(self: x, x: value)"], **_SAMPLE}, f"mixture_distribution component_distribution {_MOMENTS}")

function("kl_divergence", "elementwise",
         torch="torch.distributions.kl_divergence(p: elementwise_object(p), q: same_class(q, p))",
         keras="adapters.kl_divergence(p: p, q: q)")
function("kl_divergence_of_events", "trailing", torch="torch.distributions.kl_divergence(p: p, q: same_class(q, p))",
         keras="adapters.kl_divergence(p: p, q: q)")
