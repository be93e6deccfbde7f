"""What PyTorch's tensors and modules are to the recorder."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from ....facts.runner import recorder
from ....facts.runner.hooks import run_module
from ....facts.runner.names import PublicNames
from ..dialect import FUNCTIONAL_METHODS, LAYER_FUNCTIONS
from .names import public_names


class Recorder(recorder.Recorder):
    """Records PyTorch."""

    TENSORS = (torch.Tensor,)
    MODULES = (nn.Module,)
    SIZES = (torch.Size,)
    CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
    ITERABLE = (nn.Sequential,)
    OBJECTS = (torch.distributions.Distribution,)
    PROPERTIES = (torch.dtype, torch.device)
    DTYPES = (torch.dtype,)
    OPS = ("torch.", "Tensor.", "einops.", "torchvision.ops.")
    SHAPES = frozenset({"Tensor.size", "Tensor.shape"})

    def public_names(self) -> PublicNames:
        """See the base class."""
        return public_names(self.project)

    def dtype(self, value: Any) -> str:
        """See the base class."""
        return str(value.dtype).removeprefix("torch.")

    def memory(self, value: Any) -> tuple[int, int, list[int]] | None:
        """See the base class; none for tensors without strides."""
        try:
            return value.untyped_storage()._cdata, value.storage_offset(), list(value.stride())
        except (NotImplementedError, RuntimeError):
            return None

    def is_parameter(self, value: Any) -> bool:
        """See the base class."""
        return isinstance(value, nn.Parameter)

    def is_light(self, value: Any) -> bool:
        """See the base class."""
        return value.is_meta or value.numel() < recorder.SMALL or isinstance(value, nn.Parameter)

    def items(self, value: Any) -> tuple[str, Any] | None:
        """See the base class."""
        return ("torch.unbind", torch.unbind(value)) if value.dim() else None

    def named_modules(self, model: Any) -> Iterator[tuple[str, Any]]:
        """See the base class."""
        yield from model.named_modules()

    def named_tensors(self, model: Any) -> Iterator[tuple[str, Any, str]]:
        """See the base class."""
        yield from ((path, parameter, "param") for path, parameter in model.named_parameters())
        yield from ((path, buffer, "buffer") for path, buffer in model.named_buffers())

    def class_name(self, cls: type) -> str:
        """Of a class made for parametrised weights the name of the one behind it."""
        if cls.__module__ == parametrize.__name__ and issubclass(cls, nn.Module) and cls.__bases__ != (nn.ModuleList,):
            cls = cls.__bases__[0]
        return super().class_name(cls)

    def is_plumbing(self, definer: type) -> bool:
        """Modules that compute a weight do so as part of whatever reads it."""
        return definer.__module__.startswith("torch.nn.utils.")

    def stand_in(self, instance: Any, function: Any, args: tuple) -> tuple[str, tuple, bool] | None:
        """Functions that quantisation can observe, and a convolution's own method, which the layer's settings go with."""
        name = getattr(function, "__name__", "")
        if name in FUNCTIONAL_METHODS and type(instance).__name__ == "FloatFunctional" and \
                type(instance).__module__.startswith("torch."):
            return FUNCTIONAL_METHODS[name], args, True
        if name in LAYER_FUNCTIONS and getattr(instance, "padding_mode", "") == "zeros" and \
                function.__module__.startswith("torch.nn."):
            settings = tuple(getattr(instance, setting) for setting in LAYER_FUNCTIONS[name])
            return f"torch.nn.functional.conv{len(instance.stride)}d", (*args, *settings), False
        return None


def patch_module_call(recorder: recorder.Recorder) -> None:
    """Makes every module call pass through `run_module` while recording."""
    original = nn.Module.__call__

    @functools.wraps(original)
    def __call__(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        if not recorder.on:
            return original(self, *args, **kwargs)
        pending, recorder.pending = recorder.pending, None
        site = pending[1] if pending and pending[0] is self else None
        return run_module(recorder, site, self, types.MethodType(original, self), args, kwargs)

    nn.Module.__call__ = __call__  # type: ignore[method-assign]
