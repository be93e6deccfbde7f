"""What instrumented modules call at run time: does what the original expression did, and records it."""

from __future__ import annotations

import functools
import operator
import types
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from .recorder import Recorder

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
        if recorder.active and (isinstance(owner, (*recorder.TENSORS, *recorder.PROPERTIES)) or
                                recorder.is_tensor(value) or recorder.is_size(value) or
                                isinstance(owner, recorder.OBJECTS) and not recorder.own_attribute(owner, name) or
                                recorder.is_option(owner, name, value)):
            if recorder.is_tensor(owner) and name == "shape":
                value = recorder.size_of(value, owner)
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
        if recorder.active and isinstance(value, recorder.ITERABLE):
            recorder.add("call", s=(self.module, site), f="builtins.iter", a=[recorder.encode(value)], kw={}, o=None)
        taken = recorder.items(value) if recorder.active and recorder.is_tensor(value) else None
        if taken is None:
            return value
        name, items = taken
        recorder.add("op", s=(self.module, site), f=name, a=[recorder.encode(value)], kw={}, o=recorder.encode(items))
        return items

    def target(self, site: int, owner: Any) -> Any:
        """`owner` where `owner[index]` is about to be assigned."""
        if self.recorder.active and isinstance(owner, (*self.recorder.TENSORS, list, dict)):
            return _Target(self, site, owner)
        return owner

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        """`left + right`, `left < right`, or the value of `left += right`."""
        recorder = self.recorder
        if recorder.active and (recorder.is_tensor(left) or recorder.is_tensor(right)):
            operands = [recorder.encode(left), recorder.encode(right)]
            value = _OPERATORS[name](left, right)
            recorder.add("op", s=(self.module, site), f=f"operator.{name}", a=operands, kw={},
                         o=recorder.encode(value))
            return value
        return _OPERATORS[name](left, right)

    def unary(self, site: int, name: str, operand: Any) -> Any:
        """`-operand`, `not operand`."""
        value = _OPERATORS[name](operand)
        if self.recorder.active and self.recorder.is_tensor(operand):
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
            recorder.add("enter", fn=name, m=recorder.module(first) if recorder.is_module(first) else None,
                         args={k: recorder.encode(v) for k, v in arguments.items()})

    def leave(self, site: int, qualname: str, receiver: Any, value: Any) -> Any:
        """`return value`."""
        recorder = self.recorder
        if recorder.active:
            number = recorder.module(receiver) if recorder.is_module(receiver) else None
            recorder.add("return", fn=f"{self.module}:{qualname}", m=number, s=(self.module, site),
                         o=recorder.encode(value))
        return value

    def _interesting(self, value: Any) -> bool:
        recorder = self.recorder
        return recorder.is_tensor(value) or recorder.is_size(value) or recorder.is_module(value) or (
            isinstance(value, (list, tuple)) and recorder.has_tensor(value))

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
        if self.hooks.recorder.is_tensor(self.owner) or self.hooks.recorder.has_tensor(value):
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
    if recorder.is_module(function):
        return recorder.invoke(site, function, args, kwargs)
    target, bound = _unwrap(function)
    if isinstance(target, type) and issubclass(target, recorder.MODULES):
        return _construct(recorder, site, function, target, bound, args, kwargs)
    instance = _receiver(target)
    if recorder.is_module(instance) and target.__name__ == recorder.forward_name(instance):
        return run_module(recorder, site, instance, function, args, kwargs)
    return _function(recorder, site, function, target, owner, attribute, args, kwargs)


def _receiver(function: Any) -> Any:
    kinds = (types.MethodType, types.BuiltinFunctionType, types.FunctionType)  # a function may stand for a method
    return getattr(function, "__self__", None) if isinstance(function, kinds) else None


def _unwrap(function: Any) -> tuple[Any, functools.partial | None]:
    if isinstance(function, functools.partial):
        return function.func, function
    return function, None


def _construct(recorder: Recorder, site: Site, function: Any, cls: type, bound: functools.partial | None, args: tuple,
               kwargs: dict) -> Any:
    a, kw = _encode_arguments(recorder, args, kwargs)
    instance = function(*args, **kwargs)
    if not recorder.is_module(instance):
        return instance
    number = recorder.module(instance)
    recorder.modules[number]["new"] = site
    fields = {} if bound is None else {"partial": recorder.encode(bound)}
    recorder.add("new", s=site, f=recorder.class_name(cls), m=number, a=a, kw=kw, **fields)
    return instance


def _function(recorder: Recorder, site: Site, function: Any, target: Any, owner: Any, attribute: str, args: tuple,
              kwargs: dict) -> Any:
    if recorder.is_tensor(owner):
        name, kind = f"Tensor.{attribute}", "op"
        args_seen: tuple = (owner, *args)
    elif method := recorder.object_method(target):
        name, kind = method, "op"
        args_seen = (target.__self__, *args)
    else:
        name = recorder.name(target)
        kind = "op" if recorder.is_op(name) else "call"
        args_seen = args
    instance = _receiver(target)
    stand_in = recorder.stand_in(instance, target, args) if recorder.is_module(instance) else None
    hidden = False
    if stand_in is not None:
        kind = "op"
        name, args_seen, hidden = stand_in
    elif recorder.is_module(instance):
        kind = "call"
    elif isinstance(instance, (list, dict)) and not recorder.has_tensor(args):
        return function(*args, **kwargs)
    elif isinstance(instance, (list, dict)):
        args_seen = (instance, *args)
    if not name or name in _SILENT:
        return function(*args, **kwargs)
    a, kw = _encode_arguments(recorder, args_seen, kwargs)
    recorder.opaque += hidden
    try:
        value = function(*args, **kwargs)
    finally:
        recorder.opaque -= hidden
    if name in recorder.SHAPES and args_seen:
        value = recorder.size_of(value, args_seen[0])
    fields: dict[str, Any] = {}
    if kind == "call":
        fields["m"] = recorder.module(instance) if recorder.is_module(instance) else None
    if target is not function:
        fields["partial"] = recorder.encode(function)
    recorder.add(kind, s=site, f=name, a=a, kw=kw, o=recorder.encode(value), **fields)
    return value


def _encode_arguments(recorder: Recorder, args: tuple, kwargs: dict) -> tuple[list, dict]:
    return [recorder.encode(v) for v in args], {k: recorder.encode(v) for k, v in kwargs.items()}


def run_module(recorder: Recorder, site: Site | None, module: Any, function: Callable, args: tuple,
               kwargs: dict, *, hidden: bool = False) -> Any:
    """Runs a module (`function` is its call or its forward): a `layer` event for the framework's, else a `call`.

    Inside a framework's module nothing is recorded, but project modules that it calls are; with `hidden` nothing inside
    is recorded in any case.
    """
    definer = _forward_class(recorder, module, function)
    if recorder.is_plumbing(definer):
        return function(*args, **kwargs)
    transparent = recorder.project(definer.__module__) or issubclass(definer, recorder.CONTAINERS)
    if recorder.opaque and not recorder.project(definer.__module__):
        return function(*args, **kwargs)
    recorder.last_layer = (module, args, kwargs)
    a, kw = _encode_arguments(recorder, args, kwargs)
    inside = transparent or issubclass(definer, recorder.OPEN)
    opaque, recorder.opaque = recorder.opaque, int(not inside)
    try:
        with recorder.silence() if hidden else nullcontext():
            value = function(*args, **kwargs)
    finally:
        recorder.opaque = opaque
    number = recorder.module(module)
    if transparent:
        forward = recorder.forward_name(module)
        chosen = getattr(vars(module).get(forward), "__name__", forward)
        name = f"{recorder.class_name(definer)}.{chosen}"
        recorder.add("call", s=site, f=name, m=number, a=a, kw=kw, o=recorder.encode(value))
    else:
        layer = next(c for c in type(module).__mro__ if not recorder.project(c.__module__))
        recorder.add("layer", s=site, m=number, f=recorder.class_name(layer), a=a, kw=kw, o=recorder.encode(value))
    return value


def _forward_class(recorder: Recorder, module: Any, function: Any) -> type:
    """The class that defines the forward about to run (that of `super().forward`, or what the instance has instead)."""
    forward = recorder.forward_name(module)
    chosen = getattr(vars(module).get(forward), "__func__", None)
    for cls in type(module).__mro__:
        if chosen is not None and vars(cls).get(chosen.__name__) is chosen:
            return cls
    wanted = getattr(function, "__func__", None) if getattr(function, "__name__", "") == forward else None
    for cls in type(module).__mro__:
        if forward in vars(cls) and (wanted is None or vars(cls)[forward] is wanted):
            return cls
    return type(module)
