"""Runs the torch model: outputs, gradients, buffers, module outputs."""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from tensorglot.verify.child import faults, noise
from tensorglot.verify.compare import described, leaves


@dataclass
class Run:
    """What one call gave. Gradients are keyed by tensor identity; inputs' in the order of the float inputs."""

    outputs: Any
    gradients: dict[int, np.ndarray] = field(default_factory=dict)
    input_gradients: list[np.ndarray | None] = field(default_factory=list)


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Nested value with `change` applied to each leaf; records become dicts or tuples, distributions what is compared."""
    if hasattr(value, "log_prob"):
        value = described(value)
    if isinstance(value, dict) or hasattr(value, "keys"):
        return {key: map_leaves(value[key], change) for key in value}
    if isinstance(value, (list, tuple)):
        return [map_leaves(item, change) for item in value] if isinstance(value, list) else tuple(
            map_leaves(item, change) for item in value)
    return change(value)


def to_numpy(value: Any) -> Any:
    """Nested tensors as numpy arrays."""
    def one(x: Any) -> Any:
        if not isinstance(x, torch.Tensor):
            return x
        x = x.detach().cpu()
        return (x.float() if x.dtype == torch.bfloat16 else x).numpy().copy()

    return map_leaves(value, one)


def from_numpy(value: Any, dtype: str, requires_grad: bool = False) -> Any:
    """Nested arrays as tensors; floats get `dtype`."""
    def one(x: Any) -> Any:
        if not isinstance(x, np.ndarray):
            return x
        if x.dtype.kind not in "biufc":
            x = x.astype(np.float32)
        tensor = torch.from_numpy(np.ascontiguousarray(x)) if x.ndim else torch.tensor(x)
        tensor = tensor.to(getattr(torch, dtype)) if tensor.is_floating_point() else tensor.clone()
        return tensor.clone().requires_grad_(requires_grad and tensor.is_floating_point())

    return map_leaves(value, one)


@contextlib.contextmanager
def default_dtype(dtype: str) -> Iterator[None]:
    """Makes `dtype` torch's default for the duration."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def is_norm(module: Any) -> bool:
    """Batch, instance, layer, group and RMS norms, a project's subclasses included."""
    return any(re.search(r"Norm", base.__name__) for base in type(module).__mro__ if base.__module__ != "builtins")


_STATISTICS = ("running_mean", "running_var")


def randomise(model: Any, rng: np.random.Generator, calibrate: Callable[[], Any]) -> None:
    """Gives statistics, affine parameters, biases and constant parameters random values.

    With their initial values many models give a near-constant, and wrong conversions look right. Running statistics
    have the scale of the activations that `calibrate`, one call in evaluation mode, brings: without, activations grow
    a millionfold through a deep network, and rounding with them.
    """
    with torch.no_grad():
        for module in model.modules():
            for name, parameter in module._parameters.items():
                if parameter is not None and parameter.is_floating_point() and parameter.numel():
                    _randomise_parameter(module, name, parameter, rng)
        norms = [m for m in model.modules() if all(m._buffers.get(n) is not None for n in _STATISTICS)]
        hooks = [m.register_forward_pre_hook(lambda module, args: _set_statistics(module, args, rng)) for m in norms]
        with contextlib.suppress(Exception):  # the source may not run at this size; the defaults will do
            calibrate()
        for hook in hooks:
            hook.remove()


def _set_statistics(module: Any, args: tuple[Any, ...], rng: np.random.Generator) -> None:
    """Running statistics of a norm from its input, disturbed; left alone where the input is not as usual."""
    mean, variance = (module._buffers[name] for name in _STATISTICS)
    x = args[0].detach() if args and isinstance(args[0], torch.Tensor) else None
    if x is None or x.ndim < 2 or x.shape[1] != mean.numel() or not bool(torch.isfinite(x).all()):
        return
    # Scaled but not centred: what is left where a mean close to all values is taken off is their rounding.
    variance.copy_(x.transpose(0, 1).flatten(1).square().mean(1))
    variance.copy_((variance + 0.3 * variance.mean()).clamp_(min=1e-3))
    mean.copy_(0.3 * variance.sqrt() * torch.as_tensor(rng.standard_normal(mean.shape)).to(mean.dtype))
    variance.mul_(torch.as_tensor(rng.uniform(0.5, 1.5, variance.shape)))


#: Magnitudes of weights, which are at first such that they change nothing.
_MAGNITUDES = ("weight_g", "original0")


def _randomise_parameter(module: Any, name: str, parameter: Any, rng: np.random.Generator) -> None:
    normal, uniform = rng.standard_normal(parameter.shape), rng.uniform(0.5, 1.5, parameter.shape)
    first = float(parameter.reshape(-1)[0])
    if name == "bias" or name.startswith("bias_"):
        value = 0.2 * normal
    elif is_norm(module) and parameter.ndim == 1:
        value = uniform
    elif name in _MAGNITUDES:
        value = parameter.numpy() * uniform
    elif bool((parameter == first).all()):  # initialised to a constant
        value = 0.2 * normal if abs(first) < 0.01 else first * uniform
    else:
        return
    parameter.copy_(torch.as_tensor(value))


def call(model: Any, args: list[Any], kwargs: dict[str, Any], dtype: str, training: bool) -> Any:
    """Outputs of one call without gradients, as numpy."""
    with default_dtype(dtype), torch.no_grad(), noise.torch_mode():
        model.train(training)
        return to_numpy(model(*from_numpy(args, dtype), **from_numpy(kwargs, dtype)))


def run(model: Any, args: list[Any], kwargs: dict[str, Any], dtype: str, training: bool,
        weights: Callable[[Any], list[np.ndarray]]) -> Run:
    """One call with gradients of the sum of all float outputs times `weights(outputs)`."""
    with default_dtype(dtype), noise.torch_mode(), faults.torch_mode():
        model.train(training)
        model.zero_grad(set_to_none=True)
        args, kwargs = from_numpy(args, dtype, True), from_numpy(kwargs, dtype, True)
        inputs = [x for _, x in leaves([args, kwargs]) if isinstance(x, torch.Tensor) and x.is_floating_point()]
        outputs = model(*_unleafed(args), **_unleafed(kwargs))
        result = Run(to_numpy(outputs))
        tensors = [x for _, x in leaves(map_leaves(outputs, lambda x: x))
                   if isinstance(x, torch.Tensor) and x.is_floating_point()]
        pairs = zip(tensors, weights(result.outputs), strict=True)
        terms = [(x * torch.as_tensor(w).to(x.dtype)).sum() for x, w in pairs if x.requires_grad]
        if terms:
            sum(terms[1:], terms[0]).backward()
        for parameter in model.parameters():
            if parameter.grad is not None:
                gradient = parameter.grad.to_dense() if parameter.grad.is_sparse else parameter.grad
                result.gradients[id(parameter)] = gradient.numpy().copy()
        result.input_gradients = [None if x.grad is None else x.grad.numpy().copy() for x in inputs]
        model.zero_grad(set_to_none=True)
        return result


def _unleafed(value: Any) -> Any:
    """Inputs that are no leaves of the graph: models may write to them in place."""
    return map_leaves(value, lambda x: x * 1 if isinstance(x, torch.Tensor) and x.requires_grad else x)


def cast(model: Any, dtype: str) -> Any:
    """The model with its floats of a dtype, and its complex numbers of that precision; it is changed in place."""
    floating, pairs = getattr(torch, dtype), {"float32": torch.complex64, "float64": torch.complex128}[dtype]
    return model._apply(lambda t: t.to(floating) if t.is_floating_point() else t.to(pairs) if t.is_complex() else t)


@contextlib.contextmanager
def rounded_otherwise(model: Any, rng: np.random.Generator) -> Iterator[Callable[[Any], Any]]:
    """Within the block the model's parameters are off by one unit in the last place or so; gives a function that does
    the same to arrays, in lists and dictionaries."""
    def disturb(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: disturb(v) for name, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(disturb(v) for v in value)
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            return value
        return (value * (1 + np.finfo(np.float32).eps * rng.choice([-1.0, 1.0], value.shape))).astype(value.dtype)

    saved = [(p, p.detach().clone()) for p in model.parameters() if p.is_floating_point()]
    with torch.no_grad():
        for parameter, old in saved:
            parameter.copy_(torch.from_numpy(disturb(old.numpy())))
    try:
        yield disturb
    finally:
        with torch.no_grad():
            for parameter, old in saved:
                parameter.copy_(old)


def doubled(model: Any) -> tuple[Any, dict[int, int]]:
    """A float64 copy, and the identity of each of its parameters by that of the original."""
    other = cast(copy.deepcopy(model), "float64")
    return other, {id(a): id(b) for a, b in zip(model.parameters(), other.parameters(), strict=True)}


def refresh(other: Any, model: Any) -> None:
    """Gives a float64 copy the current parameters and buffers of the original."""
    with torch.no_grad():
        for ours, theirs in zip(model.modules(), other.modules(), strict=True):
            for name, parameter in ours._parameters.items():
                if parameter is not None:
                    theirs._parameters[name].copy_(parameter)
            for name, buffer in ours._buffers.items():
                theirs._buffers[name] = None if buffer is None else \
                    buffer.detach().to(torch.float64 if buffer.is_floating_point() else buffer.dtype, copy=True)


@contextlib.contextmanager
def batch_counts(model: Any) -> Iterator[dict[str, list[int]]]:
    """Collects, per path of a module with a running variance, the elements per channel that each call averaged."""
    counts: dict[str, list[int]] = {}

    def hook(path: str) -> Callable[..., None]:
        def record(module: Any, inputs: tuple[Any, ...]) -> None:
            counts.setdefault(path, []).append(inputs[0].numel() // inputs[0].shape[1])

        return record

    handles = [module.register_forward_pre_hook(hook(path)) for path, module in model.named_modules()
               if module._buffers.get("running_var") is not None]
    try:
        yield counts
    finally:
        for handle in handles:
            handle.remove()


@contextlib.contextmanager
def recorded(model: Any) -> Iterator[list[tuple[str, list[np.ndarray], list[np.ndarray]]]]:
    """Collects (path, inputs, outputs) of every module in the order in which calls end."""
    record: list[tuple[str, list[np.ndarray], list[np.ndarray]]] = []

    def arrays(value: Any) -> list[np.ndarray]:
        return [x for _, x in leaves(to_numpy(value)) if isinstance(x, np.ndarray)]

    started: list[list[np.ndarray]] = []  # inputs as they were before the call: modules may write to them

    def hook(path: str) -> Callable[..., None]:
        return lambda module, args, output: record.append((path, started.pop(), arrays(output)))

    def before(module: Any, args: Any) -> None:
        started.append(arrays(list(args)))

    handles = [module.register_forward_hook(hook(path)) for path, module in model.named_modules()]
    handles += [module.register_forward_pre_hook(before) for _, module in model.named_modules()]
    try:
        yield record
    finally:
        for handle in handles:
            handle.remove()
