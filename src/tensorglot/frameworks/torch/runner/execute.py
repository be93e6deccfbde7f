"""Builds and calls PyTorch models, on meta tensors if possible."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import nn

from ....facts.inputs import InputSpec, materialise
from ....facts.runner import execute
from ....facts.runner.solver import InputSolver
from .cheap import move_to_meta, without_initialisation

#: Said where storage-free tensors cannot carry on: the program looks at values.
_NEEDS_VALUES = ("meta", "data-dependent", "on the same device", "Tensor.item", "aten::")


class Executor(execute.Executor):
    """Runs PyTorch models."""

    DEVICES = ("meta", "cpu")

    @contextmanager
    def building(self, device: str) -> Iterator[None]:
        """On the meta device nothing is initialised."""
        with torch.no_grad(), without_initialisation() if device == "meta" else nullcontext():
            yield

    def running(self, device: str) -> AbstractContextManager:
        """See the base class."""
        return _on_meta() if device == "meta" else torch.no_grad()

    def made(self, model: Any, device: str) -> None:
        """See the base class."""
        if device == "meta":
            move_to_meta(self.recorder, model)

    def feed(self, model: Any, args: list[Any], kwargs: dict[str, Any], mode: str) -> None:
        """See the base class."""
        if isinstance(model, nn.Module):
            model.train(mode == "train")
        model(*args, **kwargs)

    def seed(self) -> None:
        """See the base class."""
        torch.manual_seed(0)

    def tensor(self, spec: InputSpec, rng: np.random.Generator, device: str) -> Any:
        """See the base class."""
        dtype = getattr(torch, spec.dtype)
        if device == "meta":
            return torch.empty(spec.shape, dtype=dtype, device="meta")
        if spec.dtype == "bfloat16":
            return torch.from_numpy(rng.standard_normal(spec.shape)).to(dtype)
        return torch.from_numpy(np.ascontiguousarray(materialise(spec, rng))).reshape(spec.shape)

    def converted(self, value: Any, device: str) -> Any:
        """See the base class."""
        if isinstance(value, torch.Tensor):
            return value.to(device)
        return torch.from_numpy(value).to(device) if isinstance(value, np.ndarray) else value

    def bounds(self, value: Any) -> tuple[int, int]:
        """See the base class."""
        return int(value.min()), int(value.max())

    def size(self, model: Any) -> int:
        """See the base class."""
        return sum(p.numel() for p in model.parameters())

    def solver(self, built: execute.Built, seconds: float) -> InputSolver:
        """See the base class."""
        from .probe import TorchInputs

        return TorchInputs(self, built, seconds)

    def stock(self, kind: str, alias: Callable[[types.ModuleType], str | None]) -> list[str]:
        """See the base class."""
        framework = alias(torch) or "__import__('torch')"
        layers = alias(torch.nn) or f"{framework}.nn"
        return {"norm": [f"{layers}.BatchNorm2d", f"{layers}.LayerNorm"],
                "activation": [f"{layers}.ReLU", f"{layers}.ReLU()"]}.get(kind, [f"{layers}.Identity()"])

    def needs_values(self, error: str | None) -> bool:
        """See the base class."""
        return bool(error) and any(mark in str(error) for mark in _NEEDS_VALUES)

    def lacks_storage(self, error: str | None) -> bool:
        """See the base class."""
        return error is not None and "meta tensor" in error


@contextmanager
def _on_meta() -> Iterator[None]:
    with torch.no_grad(), torch.device("meta"):
        yield
