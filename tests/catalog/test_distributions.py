"""Distributions: every member of every class in float64, with gradients, on every backend of Keras."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
import torch
from evaluating import NAMESPACES

from tensorglot.catalog import registry
from tensorglot.verify.child import noise

BACKEND = keras.backend.backend()
registry.load()
CLASSES = {e.name: e for e in registry.REGISTRY.values() if e.instances}
RANDOM = np.random.default_rng(0)


def f(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape)


def pos(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.3, 2.0, shape)


def unit(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.05, 0.95, shape)


def simplex(*shape: int) -> np.ndarray:
    x = pos(*shape)
    return x / x.sum(-1, keepdims=True)


def factor(*shape: int) -> np.ndarray:
    return np.tril(f(*shape), -1) + np.eye(shape[-1]) * pos(*shape)


def covariance(*shape: int) -> np.ndarray:
    x = factor(*shape)
    return x @ np.swapaxes(x, -1, -2)


class Made:
    """A distribution among the arguments of another."""

    def __init__(self, cls: str, **arguments: Any) -> None:
        self.cls, self.arguments = cls, arguments


def normals(*shape: int) -> Made:
    return Made("Normal", loc=f(*shape), scale=pos(*shape))


#: Per class: arguments of two distributions, and a value.
SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any], np.ndarray]]] = {
    "normal_distribution": [({"loc": f(3, 4), "scale": pos(4)}, {"loc": 0, "scale": 1.0}, f(2, 3, 4)),
                            ({"loc": 0.5, "scale": pos(2)}, {"loc": f(2), "scale": pos(2)}, f(2))],
    "laplace_distribution": [({"loc": f(3, 4), "scale": 0.5}, {"loc": f(4), "scale": pos(3, 4)}, f(3, 4))],
    "uniform_distribution": [({"low": -pos(3, 4), "high": pos(4)}, {"low": -3.0, "high": 3}, 2 * f(3, 4))],
    "exponential_distribution": [({"rate": pos(3, 4)}, {"rate": 2.0}, pos(3, 4))],
    "bernoulli_distribution": [({"logits": f(3, 4)}, {"logits": f(3, 4)}, np.round(unit(2, 3, 4))),
                               ({"probs": unit(3, 4)}, {"probs": unit(3, 4)}, np.round(unit(3, 4)))],
    "beta_distribution": [({"concentration1": 1 + pos(3), "concentration0": 1 + pos(2, 3)},
                           {"concentration1": 2.0, "concentration0": 1 + pos(3)}, unit(2, 3))],
    "categorical_distribution": [({"logits": f(3, 5)}, {"logits": f(3, 5)}, RANDOM.integers(0, 5, (2, 3))),
                                 ({"logits": f(5)}, {"probs": pos(5)}, RANDOM.integers(0, 5, ())),
                                 ({"probs": pos(2, 3, 5)}, {"logits": f(2, 3, 5)}, RANDOM.integers(0, 5, (2, 3)))],
    # Keras on JAX has a single-precision sine, which lgamma needs below one half.
    "dirichlet_distribution": [({"concentration": 0.5 + pos(2, 4)}, {"concentration": 0.5 + pos(2, 4)}, simplex(2, 4))],
    "multivariate_normal_distribution": [
        ({"loc": f(3, 2), "scale_tril": factor(3, 2, 2)}, {"loc": f(3, 2), "scale_tril": factor(3, 2, 2)}, f(4, 3, 2)),
        ({"loc": f(3, 2), "covariance_matrix": covariance(2, 2)},
         {"loc": f(3, 2), "covariance_matrix": covariance(3, 2, 2)}, f(3, 2))],
    "independent_distribution": [
        ({"base_distribution": normals(2, 3, 4), "reinterpreted_batch_ndims": 2},
         {"base_distribution": normals(2, 3, 4), "reinterpreted_batch_ndims": 2}, f(2, 3, 4))],
    "mixture_distribution": [
        ({"mixture_distribution": Made("Categorical", logits=f(2, 3)), "component_distribution": normals(2, 3)}, {},
         f(4, 2)),
        ({"mixture_distribution": Made("Categorical", probs=pos(2, 3)), "component_distribution": Made(
            "Independent", base_distribution=normals(2, 3, 4), reinterpreted_batch_ndims=1)}, {}, f(2, 4))],
}
CASES = [(name, n) for name, samples in SAMPLES.items() for n in range(len(samples))]


def members(name: str) -> list[str]:
    """The members of a class that have entries; those that torch lacks for the class (a mode of no density) are none."""
    return [e.name.removeprefix(f"{name}_") for e in registry.REGISTRY.values() if e.name.startswith(f"{name}_")]


class Side:
    """One framework: its classes, its tensors, gradients of a scalar."""

    def __init__(self, name: str) -> None:
        self.torch = name == "torch"
        self.leaves: list[Any] = []

    def cls(self, name: str) -> Any:
        return getattr(torch.distributions, name) if self.torch else getattr(NAMESPACES["keras"]["adapters"], name)

    def tensor(self, array: np.ndarray) -> Any:
        return torch.tensor(array) if self.torch else keras.ops.convert_to_tensor(array)

    def make(self, cls: str, arguments: dict[str, Any], floats: list[Any]) -> Any:
        """The distribution, its float arrays taken from `floats` in order."""
        given = {}
        for name, value in arguments.items():
            if isinstance(value, Made):
                given[name] = self.make(value.cls, value.arguments, floats)
            else:
                given[name] = floats.pop(0) if isinstance(value, np.ndarray) else value
        return self.cls(cls)(**given)

    def array(self, tensor: Any) -> np.ndarray:
        return tensor.detach().numpy() if isinstance(tensor, torch.Tensor) else np.asarray(
            keras.ops.convert_to_numpy(tensor))


def arrays(arguments: dict[str, Any]) -> list[np.ndarray]:
    """Float arrays of arguments, in order."""
    return [a for value in arguments.values() for a in
            (arrays(value.arguments) if isinstance(value, Made) else [value] if isinstance(value, np.ndarray) else [])]


def evaluate(side: Side, name: str, number: int, member: str, floats: list[Any]) -> Any:
    """One member of a sample's first distribution."""
    first, second, value = SAMPLES[name][number]
    cls = CLASSES[name].signatures["torch"][0].callee.split(".")[-1]
    floats = list(floats)
    dist = side.make(cls, first, floats)
    if member == "kl_divergence":
        diverge = torch.distributions.kl_divergence if side.torch else side.cls("kl_divergence")
        return diverge(dist, side.make(cls, second, floats))
    found = getattr(dist, member)
    if member in ("log_prob", "cdf"):
        return found(floats[-1] if value.dtype.kind == "f" else side.tensor(value))
    return found((5, 2)) if member in ("sample", "rsample") else found() if callable(found) else found


def total(side: Side, name: str, number: int, wanted: list[str], floats: list[Any]) -> Any:
    """A scalar in which every element of every member has a share of its own."""
    parts = [evaluate(side, name, number, member, floats) for member in wanted]
    weights = [side.tensor(np.cos(np.arange(math.prod(p.shape)) + n).reshape(tuple(p.shape)))
               for n, p in enumerate(parts)]
    return sum((p * w).sum() if side.torch else keras.ops.sum(p * w) for p, w in zip(parts, weights, strict=True))


def gradients(side: Side, name: str, number: int, wanted: list[str], given: list[np.ndarray]) -> list[np.ndarray]:
    """Gradients of `total` with respect to the arguments and the value; zeros where there is none."""
    def run(*floats: Any) -> Any:
        return total(side, name, number, wanted, list(floats))

    found: Any
    floats = [side.tensor(a) for a in given]
    if side.torch or BACKEND == "torch":
        floats = [x.requires_grad_() for x in floats]
        found = torch.autograd.grad(run(*floats), floats, allow_unused=True)
    elif BACKEND == "jax":
        import jax

        found = jax.grad(run, tuple(range(len(floats))))(*floats)
    else:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(floats)
            result = run(*floats)
        found = tape.gradient(result, floats)
    return [np.zeros(a.shape) if g is None else side.array(g) for g, a in zip(found, given, strict=True)]


@pytest.fixture(autouse=True)
def double():
    """Double precision in all frameworks; values outside of a distribution's support are allowed."""
    keras.config.set_floatx("float64")
    torch.set_default_dtype(torch.float64)
    torch.distributions.Distribution.set_default_validate_args(False)
    yield
    torch.distributions.Distribution.set_default_validate_args(True)
    keras.config.set_floatx("float32")
    torch.set_default_dtype(torch.float32)


def test_every_class_has_samples():
    assert set(SAMPLES) == set(CLASSES)


@pytest.mark.parametrize(("name", "number"), CASES)
def test_members_agree(name, number):
    """Values within 1e-9 and gradients within 1e-8 of torch's; draws too, where no randomness is left."""
    first, second, value = SAMPLES[name][number]
    given = [*arrays(first), *arrays(second), *([value] if value.dtype.kind == "f" else [])]
    theirs, ours = Side("torch"), Side("keras")
    smooth = []
    with noise.torch_mode(), noise.keras_quiet(BACKEND):
        for member in [*members(name), *(["kl_divergence"] if second else [])]:
            wanted = evaluate(theirs, name, number, member, [theirs.tensor(a) for a in given])
            got = evaluate(ours, name, number, member, [ours.tensor(a) for a in given])
            if not isinstance(wanted, torch.Tensor):
                assert type(got).__name__ == type(wanted).__name__, member
                continue
            np.testing.assert_allclose(ours.array(got), theirs.array(wanted), rtol=1e-9, atol=1e-9, err_msg=member)
            assert keras.backend.standardize_dtype(got.dtype) == str(wanted.dtype).removeprefix("torch."), member
            if wanted.is_floating_point() and np.isfinite(theirs.array(wanted)).all():
                smooth.append(member)
        pairs = zip(gradients(ours, name, number, smooth, given), gradients(theirs, name, number, smooth, given),
                    strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8, err_msg=f"gradients of {smooth}")


@pytest.mark.skipif(BACKEND != "tensorflow", reason="started once")
@pytest.mark.slow
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_members_agree_on_other_backends(backend):
    environment = {**os.environ, "KERAS_BACKEND": backend, "JAX_ENABLE_X64": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "members_agree", __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.function")
@pytest.mark.parametrize("member", ["sample", "log_prob", "entropy"])
@pytest.mark.parametrize("name", ["normal_distribution", "categorical_distribution", "dirichlet_distribution"])
def test_members_are_traceable_with_unknown_batch(name, member):
    import tensorflow as tf

    first, _, value = SAMPLES[name][0]
    given = [*arrays(first), *([value] if value.dtype.kind == "f" else [])]
    specs = [tf.TensorSpec([None, *a.shape[1:]] if a.ndim > 1 else a.shape, a.dtype) for a in given]
    traced = tf.function(lambda *floats: evaluate(Side("keras"), name, 0, member, list(floats)), input_signature=specs,
                         autograph=False)
    got = traced(*map(tf.constant, given))
    assert got.shape == evaluate(Side("torch"), name, 0, member, [torch.tensor(a) for a in given]).shape


def test_draws_are_those_of_the_distribution():
    keras.utils.set_random_seed(0)
    categorical = Side("keras").cls("Categorical")(probs=keras.ops.convert_to_tensor([0.2, 0.3, 0.5]))
    drawn = np.asarray(keras.ops.convert_to_numpy(categorical.sample((4000,))))
    np.testing.assert_allclose(np.bincount(drawn, minlength=3) / 4000, [0.2, 0.3, 0.5], atol=0.03)
    for name in ("normal_distribution", "laplace_distribution", "uniform_distribution", "exponential_distribution",
                 "bernoulli_distribution", "beta_distribution", "dirichlet_distribution", "mixture_distribution",
                 "multivariate_normal_distribution"):
        cls = CLASSES[name].signatures["torch"][0].callee.split(".")[-1]
        first = SAMPLES[name][0][0]
        dist = Side("keras").make(cls, first, [keras.ops.convert_to_tensor(a) for a in arrays(first)])
        drawn = np.asarray(keras.ops.convert_to_numpy(dist.sample((4000,))))
        np.testing.assert_allclose(drawn.mean(0), keras.ops.convert_to_numpy(dist.mean), atol=0.25, err_msg=name)
        np.testing.assert_allclose(drawn.var(0), keras.ops.convert_to_numpy(dist.variance), rtol=0.35, err_msg=name)
