"""What instrumented modules call at run time: does what the original expression did, and records it."""

from __future__ import annotations

import functools
import operator
import types
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from ..dialect import FUNCTIONAL_METHODS, LAYER_FUNCTIONS
from .recorder import CONTAINERS, OBJECTS, Recorder

#: Callables without meaning for a migration.
_SILENT = frozenset({"builtins.print", "builtins.repr", "builtins.str", "builtins.id", "builtins.hash",
                     "builtins.type", "warnings.warn"})

Site = tuple[str, int]


class Hooks:
    """Hooks of one module; the methods are what `instrument` inserts calls of."""

    slice = slice

    def __init__(self, module: str, recorder: Recorder):
        self.module = module
        self.recorder = recorder

    def attribute(self, site: int, owner: Any, name: str) -> Any:
        """`owner.name`."""
        value = getattr(owner, name)
        recorder = self.recorder
        if recorder.active and (isinstance(owner, (torch.Tensor, torch.dtype, torch.device)) or
                                isinstance(value, (torch.Tensor, torch.Size)) or
                                isinstance(owner, OBJECTS) and not recorder.own_attribute(owner, name) or
                                recorder.is_option(owner, name, value)):
            if isinstance(owner, torch.Tensor):
                recorder.size_of(value, owner)
            recorder.add("attr", s=(self.module, site), name=name, x=recorder.encode(owner), o=recorder.encode(value))
        return value

    def getitem(self, site: int, owner: Any, index: Any) -> Any:
        """`owner[index]`."""
        value = owner[index]
        if self.recorder.active and (self._interesting(owner) or self._interesting(value)):
            self._operator(site, "getitem", (owner, index), value)
        return value

    def iterate(self, site: int, value: Any) -> Any:
        """`value` where its items are taken one by one."""
        recorder = self.recorder
        if recorder.active and isinstance(value, nn.Sequential):
            recorder.add("call", s=(self.module, site), f="builtins.iter", a=[recorder.encode(value)], kw={}, o=None)
        if not recorder.active or not isinstance(value, torch.Tensor) or value.dim() == 0:
            return value
        items = torch.unbind(value)
        recorder.add("op", s=(self.module, site), f="torch.unbind", a=[recorder.encode(value)], kw={},
                     o=recorder.encode(items))
        return items

    def target(self, site: int, owner: Any) -> Any:
        """`owner` where `owner[index]` is about to be assigned."""
        if self.recorder.active and isinstance(owner, (torch.Tensor, list, dict)):
            return _Target(self, site, owner)
        return owner

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        """`left + right`, `left < right`, or the value of `left += right`."""
        recorder = self.recorder
        if recorder.active and (isinstance(left, torch.Tensor) or isinstance(right, torch.Tensor)):
            operands = [recorder.encode(left), recorder.encode(right)]
            value = _OPERATORS[name](left, right)
            recorder.add("op", s=(self.module, site), f=f"operator.{name}", a=operands, kw={},
                         o=recorder.encode(value))
            return value
        return _OPERATORS[name](left, right)

    def unary(self, site: int, name: str, operand: Any) -> Any:
        """`-operand`, `not operand`."""
        value = _OPERATORS[name](operand)
        if self.recorder.active and isinstance(operand, torch.Tensor):
            self._operator(site, name, (operand,), value)
        return value

    def callee(self, site: int, function: Any) -> Any:
        """What to call for `function(...)`."""
        if not self.recorder.active:
            return function
        return functools.partial(_call, self.recorder, (self.module, site), function, None, "")

    def bind(self, site: int, owner: Any, name: str) -> Any:
        """What to call for `owner.name(...)`."""
        function = getattr(owner, name)
        if not self.recorder.active:
            return function
        return functools.partial(_call, self.recorder, (self.module, site), function, owner, name)

    def enter(self, site: int, qualname: str, arguments: dict[str, Any]) -> None:
        """A function begins."""
        recorder = self.recorder
        if recorder.active:
            name = f"{self.module}:{qualname}"
            recorder.functions.add(name)
            first = next(iter(arguments.values()), None)
            recorder.add("enter", fn=name, m=recorder.module(first) if isinstance(first, nn.Module) else None,
                         args={k: recorder.encode(v) for k, v in arguments.items()})

    def leave(self, site: int, qualname: str, receiver: Any, value: Any) -> Any:
        """`return value`."""
        recorder = self.recorder
        if recorder.active:
            number = recorder.module(receiver) if isinstance(receiver, nn.Module) else None
            recorder.add("return", fn=f"{self.module}:{qualname}", m=number, s=(self.module, site),
                         o=recorder.encode(value))
        return value

    def _interesting(self, value: Any) -> bool:
        return isinstance(value, (torch.Tensor, torch.Size, nn.Module)) or (
            isinstance(value, (list, tuple)) and self.recorder.has_tensor(value))

    def _operator(self, site: int, name: str, operands: tuple, value: Any) -> None:
        recorder = self.recorder
        recorder.add("op", s=(self.module, site), f=f"operator.{name}", a=[recorder.encode(v) for v in operands],
                     kw={}, o=recorder.encode(value))


class _Target:
    """Stands for a collection in the moment an item is assigned."""

    __slots__ = ("hooks", "site", "owner")

    def __init__(self, hooks: Hooks, site: int, owner: Any):
        self.hooks, self.site, self.owner = hooks, site, owner

    def __setitem__(self, index: Any, value: Any) -> None:
        self.owner[index] = value
        if isinstance(self.owner, torch.Tensor) or self.hooks.recorder.has_tensor(value):
            self.hooks._operator(self.site, "setitem", (self.owner, index, value), None)


def _not_(value: Any) -> bool:
    return not value


_OPERATORS: dict[str, Callable] = {name: getattr(operator, name) for name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift",
    "neg", "pos", "invert", "eq", "ne", "lt", "le", "gt", "ge")}
_OPERATORS |= {f"i{name.rstrip('_')}": getattr(operator, f"i{name.rstrip('_')}") for name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift")}
_OPERATORS["not_"] = _not_


def _call(recorder: Recorder, site: Site, function: Any, owner: Any, attribute: str, /, *args: Any,
          **kwargs: Any) -> Any:
    """Calls `function` and records the event that its kind asks for."""
    if not recorder.active:
        return function(*args, **kwargs)
    if isinstance(function, nn.Module):
        recorder.pending = (function, site)
        return function(*args, **kwargs)
    target, bound = _unwrap(function)
    if isinstance(target, type) and issubclass(target, nn.Module):
        return _construct(recorder, site, function, target, bound, args, kwargs)
    instance = _receiver(target)
    if isinstance(instance, nn.Module) and target.__name__ == "forward":
        return run_module(recorder, site, instance, function, args, kwargs)
    return _function(recorder, site, function, target, owner, attribute, args, kwargs)


def _receiver(function: Any) -> Any:
    return function.__self__ if isinstance(function, (types.MethodType, types.BuiltinFunctionType)) else None


def _unwrap(function: Any) -> tuple[Any, functools.partial | None]:
    if isinstance(function, functools.partial):
        return function.func, function
    return function, None


def _construct(recorder: Recorder, site: Site, function: Any, cls: type, bound: functools.partial | None, args: tuple,
               kwargs: dict) -> Any:
    a, kw = _encode_arguments(recorder, args, kwargs)
    instance = function(*args, **kwargs)
    if not isinstance(instance, nn.Module):
        return instance
    number = recorder.module(instance)
    recorder.modules[number]["new"] = site
    fields = {} if bound is None else {"partial": recorder.encode(bound)}
    recorder.add("new", s=site, f=recorder.class_name(cls), m=number, a=a, kw=kw, **fields)
    return instance


def _function(recorder: Recorder, site: Site, function: Any, target: Any, owner: Any, attribute: str, args: tuple,
              kwargs: dict) -> Any:
    if isinstance(owner, torch.Tensor):
        name, kind = f"Tensor.{attribute}", "op"
        args_seen: tuple = (owner, *args)
    elif method := recorder.object_method(target):
        name, kind = method, "op"
        args_seen = (target.__self__, *args)
    else:
        name = recorder.name(target)
        kind = "op" if name.startswith(("torch.", "Tensor.", "einops.", "torchvision.ops.")) else "call"
        args_seen = args
    instance = _receiver(target)
    function_of = FUNCTIONAL_METHODS.get(attribute) if _is_functional(instance) else None
    settings = _settings(instance, target)
    if function_of is not None:
        name, kind = function_of, "op"
    elif settings:
        name, kind = f"torch.nn.functional.conv{len(instance.stride)}d", "op"
        args_seen = (*args, *settings)
    elif isinstance(instance, nn.Module):
        kind = "call"
    elif isinstance(instance, (list, dict)) and not recorder.has_tensor(args):
        return function(*args, **kwargs)
    elif isinstance(instance, (list, dict)):
        args_seen = (instance, *args)
    if not name or name in _SILENT:
        return function(*args, **kwargs)
    a, kw = _encode_arguments(recorder, args_seen, kwargs)
    recorder.opaque += function_of is not None
    try:
        value = function(*args, **kwargs)
    finally:
        recorder.opaque -= function_of is not None
    if name in ("Tensor.size", "Tensor.shape"):
        recorder.size_of(value, owner if isinstance(owner, torch.Tensor) else args[0])
    fields: dict[str, Any] = {}
    if kind == "call":
        fields["m"] = recorder.module(instance) if isinstance(instance, nn.Module) else None
    if target is not function:
        fields["partial"] = recorder.encode(function)
    recorder.add(kind, s=site, f=name, a=a, kw=kw, o=recorder.encode(value), **fields)
    return value


def _settings(instance: Any, target: Any) -> tuple:
    """What a convolution's own method hands to the function, after its arguments; empty for other methods."""
    names = LAYER_FUNCTIONS.get(getattr(target, "__name__", ""), ())
    if not names or not isinstance(instance, nn.Module) or getattr(instance, "padding_mode", "") != "zeros" or \
            not target.__module__.startswith("torch.nn."):
        return ()
    return tuple(getattr(instance, name) for name in names)


def _is_functional(instance: Any) -> bool:
    """True for modules whose methods are functions that quantisation can observe."""
    return isinstance(instance, nn.Module) and type(instance).__name__ == "FloatFunctional" and \
        type(instance).__module__.startswith("torch.")


def _encode_arguments(recorder: Recorder, args: tuple, kwargs: dict) -> tuple[list, dict]:
    return [recorder.encode(v) for v in args], {k: recorder.encode(v) for k, v in kwargs.items()}


def run_module(recorder: Recorder, site: Site | None, module: nn.Module, function: Callable, args: tuple,
               kwargs: dict) -> Any:
    """Runs a module (`function` is its call or `forward`): a `layer` event for the framework's, else a `call`.

    Inside a framework's module nothing is recorded, but project modules that it calls are.
    """
    definer = _forward_class(module, function)
    if definer.__module__.startswith("torch.nn.utils."):  # computes a weight, as part of whatever reads it
        return function(*args, **kwargs)
    transparent = recorder.project(definer.__module__) or issubclass(definer, CONTAINERS)
    if recorder.opaque and not recorder.project(definer.__module__):
        return function(*args, **kwargs)
    recorder.last_layer = (module, args, kwargs)
    a, kw = _encode_arguments(recorder, args, kwargs)
    opaque, recorder.opaque = recorder.opaque, int(not transparent)
    try:
        value = function(*args, **kwargs)
    finally:
        recorder.opaque = opaque
    number = recorder.module(module)
    if transparent:
        chosen = getattr(vars(module).get("forward"), "__name__", "forward")
        name = f"{recorder.class_name(definer)}.{chosen}"
        recorder.add("call", s=site, f=name, m=number, a=a, kw=kw, o=recorder.encode(value))
    else:
        layer = next(c for c in type(module).__mro__ if not recorder.project(c.__module__))
        recorder.add("layer", s=site, m=number, f=recorder.class_name(layer), a=a, kw=kw, o=recorder.encode(value))
    return value


def _forward_class(module: nn.Module, function: Any) -> type:
    """The class that defines the `forward` about to run (that of `super().forward`, or what the instance has instead)."""
    chosen = getattr(vars(module).get("forward"), "__func__", None)
    for cls in type(module).__mro__:
        if chosen is not None and vars(cls).get(chosen.__name__) is chosen:
            return cls
    wanted = getattr(function, "__func__", None) if getattr(function, "__name__", "") == "forward" else None
    for cls in type(module).__mro__:
        if "forward" in vars(cls) and (wanted is None or vars(cls)["forward"] is wanted):
            return cls
    return type(module)


def patch_module_call(recorder: Recorder) -> None:
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
