"""Building and running large models at no cost: no initial values, storage-free (meta) tensors."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from ....facts.runner import recorder as neutral
from .recorder import Recorder

#: Random fills of tensors larger than this (elements) are skipped while building cheaply.
_LARGE = 1 << 16

_skip = False


@contextlib.contextmanager
def without_initialisation() -> Iterator[None]:
    """Inside, `torch.nn.init` functions and random fills of large tensors leave memory untouched (and unmapped)."""
    global _skip
    _skip = True
    try:
        yield
    finally:
        _skip = False


def patch_initialisation() -> None:
    """Installs the switch; call it before project modules bind the functions' names."""
    for name, function in vars(nn.init).copy().items():
        if inspect.isfunction(function) and name != "calculate_gain" and not name.startswith("_"):
            setattr(nn.init, name, _switched(function, 0))
    for name in ("normal_", "uniform_", "erfinv_", "clamp_", "mul_", "add_", "fill_", "zero_", "random_"):
        setattr(torch.Tensor, name, _switched(getattr(torch.Tensor, name), _LARGE))


def _switched(function: Callable, threshold: int) -> Callable:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _skip:
            tensor = args[0] if args else kwargs.get("tensor")
            if isinstance(tensor, torch.Tensor) and tensor.numel() >= threshold:
                return tensor
        return function(*args, **kwargs)

    return call


def patch_batch_norm() -> None:
    """Gives storage-free batch norm its shape rule directly: the decomposition behind it takes milliseconds a call."""
    original = nn.functional.batch_norm

    @functools.wraps(original)
    def batch_norm(input: torch.Tensor, running_mean: torch.Tensor | None, running_var: torch.Tensor | None,
                   weight: torch.Tensor | None = None, bias: torch.Tensor | None = None, training: bool = False,
                   *args: Any, **kwargs: Any) -> torch.Tensor:
        per_channel = [t for t in (running_mean, running_var, weight, bias) if t is not None]
        several = input.dim() > 1 and input.numel() > input.shape[1]
        if input.is_meta and several and all(t.shape == input.shape[1:2] for t in per_channel):
            return torch.empty_like(input)
        # Anything unusual gets the original and its messages.
        return original(input, running_mean, running_var, weight, bias, training, *args, **kwargs)

    nn.functional.batch_norm = batch_norm


def patch_validation() -> None:
    """Distributions do not look at the values of their arguments, which storage-free tensors do not have."""
    torch.distributions.Distribution.set_default_validate_args(False)


def patch_devices() -> None:
    """`.cuda()` stays on the CPU, as in every example of a child process."""
    for cls in (torch.Tensor, nn.Module):
        setattr(cls, "cuda", lambda self, *args, **kwargs: self)  # noqa: B010


def patch_compilation() -> None:
    """`torch.compile` gives the function back: compiled, it would take minutes, and could not be looked into."""
    original = torch.compile

    @functools.wraps(original)
    def compile(model: Callable | None = None, **options: Any) -> Any:
        return (lambda function: function) if model is None else model

    torch.compile = compile


def patch_missing_operators() -> None:
    """Lets packages import whose compiled operators are not installed: shapes cannot be registered for those."""
    original = torch.library.register_fake

    @functools.wraps(original)
    def register_fake(op: Any, func: Callable | None = None, /, **kwargs: Any) -> Any:
        def register(function: Callable) -> Callable:
            try:
                return original(op, function, **kwargs)
            except RuntimeError as error:
                if "does not exist" not in str(error):
                    raise
                return function

        return register if func is None else register(func)

    torch.library.register_fake = register_fake


def move_to_meta(recorder: neutral.Recorder, model: nn.Module) -> None:
    """Moves a model to the meta device; its parameters and buffers keep their numbers on the tape."""
    before = {path: recorder.tensor(t) for path, t in _named_tensors(model)}
    model.to("meta")
    for path, tensor in _named_tensors(model):
        recorder.alias(before[path], tensor)
    for module in model.modules():
        for name, value in vars(module).items():
            if not name.startswith("_") and isinstance(value, (torch.Tensor, list, tuple, *Recorder.OBJECTS)):
                vars(module)[name] = _plain_to_meta(recorder, value)


def _named_tensors(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from model.named_parameters(remove_duplicate=False)
    yield from model.named_buffers(remove_duplicate=False)


def _plain_to_meta(recorder: neutral.Recorder, value: Any) -> Any:
    """Tensors kept as plain attributes, alone, in a list or in an object, which `Module.to` does not know of."""
    if isinstance(value, Recorder.OBJECTS):
        for name, part in vars(value).items():
            if isinstance(part, (torch.Tensor, *Recorder.OBJECTS)):
                vars(value)[name] = _plain_to_meta(recorder, part)
        return value
    if isinstance(value, torch.Tensor):
        moved = value.to("meta")
        recorder.alias(recorder.tensor(value), moved)
        return moved
    if type(value) in (list, tuple) and any(isinstance(v, torch.Tensor) for v in value):
        return type(value)(_plain_to_meta(recorder, v) for v in value)
    return value
