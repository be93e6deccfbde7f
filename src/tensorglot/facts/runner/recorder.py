"""Collects the events of runs as JSON values (docs/architecture.md, "Tape")."""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import types
import weakref
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from .names import PublicNames

if TYPE_CHECKING:
    from .finder import Project

#: What carries its own name. Attributes of anything else are not asked for: a project's `__getattr__` would run.
NAMED = (type, types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodDescriptorType,
         types.WrapperDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType,
         type(functools.lru_cache(len)))

#: Longer lists and strings are cut; `n` then tells the full length.
MAX_ITEMS, MAX_TEXT, MAX_DEPTH = 64, 200, 5

#: Tensors with fewer elements may be kept alive for the length of a run.
SMALL = 1 << 16

#: A run with more events than this is stopped from growing (its tables stay complete).
MAX_EVENTS = 200_000


class Recorder:
    """Events and tables of the current run; a subclass for each framework says what its values are.

    `on` is False between runs. `opaque` counts framework modules in progress: inside them nothing is recorded but
    project modules that they call. `silent` counts passes in progress of which nothing at all is recorded.
    `project` tells project modules and the names that the user knows them by.
    """

    #: Classes of tensors, modules, and shapes that a tensor gives as its own.
    TENSORS: ClassVar[tuple[type, ...]] = ()
    MODULES: ClassVar[tuple[type, ...]] = ()
    SIZES: ClassVar[tuple[type, ...]] = ()
    #: Containers whose call is their children's calls; of these the ones that are iterated over as modules are.
    CONTAINERS: ClassVar[tuple[type, ...]] = ()
    ITERABLE: ClassVar[tuple[type, ...]] = ()
    #: Framework modules that call functions of the project: what happens inside is recorded too.
    OPEN: ClassVar[tuple[type, ...]] = ()
    #: Objects, no modules, that hold tensors and whose methods compute with them.
    OBJECTS: ClassVar[tuple[type, ...]] = ()
    #: Values that say what a tensor is like (dtype, device), and of these the ones that have a name of their own.
    PROPERTIES: ClassVar[tuple[type, ...]] = ()
    DTYPES: ClassVar[tuple[type, ...]] = ()
    #: Name of the method that computes a module's output, and its arguments that are the framework's to fill in.
    FORWARD: ClassVar[str] = "forward"
    CONTEXT: ClassVar[frozenset[str]] = frozenset()
    #: Beginnings of the names of functions on tensors.
    OPS: ClassVar[tuple[str, ...]] = ()
    #: Functions and methods that give a tensor's shape.
    SHAPES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, project: Project):
        self.project = project
        self.names = self.public_names()
        self.on = False
        self.opaque = 0
        self.silent = 0
        self.pending: tuple[Any, Any] | None = None
        self.last_layer: tuple[Any, tuple, dict] | None = None
        self.reset()

    # What a framework says of its values

    def public_names(self) -> PublicNames:
        """Names of the framework's functions and classes."""
        raise NotImplementedError

    def shape(self, value: Any) -> list[int | None]:
        """Sizes of a tensor (None: open)."""
        return list(value.shape)

    def dtype(self, value: Any) -> str:
        """Canonical dtype of a tensor."""
        raise NotImplementedError

    def memory(self, value: Any) -> tuple[int, int, list[int]] | None:
        """Which memory a tensor lives in (a number), where in it, and its strides; None where tensors never share any."""
        return None

    def is_parameter(self, value: Any) -> bool:
        """True for tensors that are trained."""
        raise NotImplementedError

    def is_light(self, value: Any) -> bool:
        """True for tensors that may be kept alive for the length of a run."""
        raise NotImplementedError

    def items(self, value: Any) -> tuple[str, Any] | None:
        """Name of the op that takes a tensor apart along its first axis, and the parts; None where it has none."""
        raise NotImplementedError

    def named_modules(self, model: Any) -> Iterator[tuple[str, Any]]:
        """All modules of a model by path, the model itself (path "") first."""
        raise NotImplementedError

    def named_tensors(self, model: Any) -> Iterator[tuple[str, Any, str]]:
        """All weights of a model by path, with their kind: ``"param"`` or ``"buffer"``."""
        raise NotImplementedError

    def forward_name(self, module: Any) -> str:
        """Name of the method that computes this module's output."""
        return self.FORWARD

    def invoke(self, site: Any, module: Any, args: tuple, kwargs: dict) -> Any:
        """Calls a module from project code; the framework's own call records it."""
        self.pending = (module, site)
        return module(*args, **kwargs)

    def is_plumbing(self, definer: type) -> bool:
        """True for classes whose forward is part of whatever calls it, and no layer."""
        return False

    def stand_in(self, instance: Any, function: Any, args: tuple) -> tuple[str, tuple, bool] | None:
        """For a method that stands for a function on tensors: that function's name, its arguments, and whether the
        method's inside is to be left out."""
        return None

    def is_tensor(self, value: Any) -> bool:
        """True for tensors."""
        return isinstance(value, self.TENSORS)

    def is_module(self, value: Any) -> bool:
        """True for modules."""
        return isinstance(value, self.MODULES)

    def is_size(self, value: Any) -> bool:
        """True for shapes."""
        return isinstance(value, self.SIZES)

    def is_op(self, name: str) -> bool:
        """True for names of functions on tensors."""
        return name.startswith(self.OPS)

    # Events

    def reset(self) -> None:
        """Forgets everything: a new model is about to be built."""
        self.events: list[dict[str, Any]] = []
        self.tensors: dict[int, dict[str, Any]] = {}
        self.modules: dict[int, dict[str, Any]] = {}
        self._tensor_ids: dict[tuple[int, tuple[int | None, ...]], int] = {}
        self._memories: dict[int, int] = {}
        self._module_ids: dict[int, int] = {}
        self._sizes: dict[int, int] = {}
        self._objects: dict[int, dict[str, Any]] = {}
        self._keep: list[Any] = []
        self.functions: set[str] = set()
        self.pending, self.last_layer = None, None

    @property
    def active(self) -> bool:
        """True where events of project code are to be recorded."""
        return self.on and not self.opaque and len(self.events) < MAX_EVENTS

    @contextlib.contextmanager
    def silence(self) -> Iterator[None]:
        """Inside, nothing is recorded: the framework runs the project's code for purposes of its own."""
        on, self.on = self.on, False
        self.silent += 1
        try:
            yield
        finally:
            self.silent -= 1
            self.on = on

    @contextlib.contextmanager
    def aloud(self) -> Iterator[None]:
        """Inside, project code is recorded even in a silent pass: what it does there is done once."""
        state = self.on, self.opaque, self.silent
        if self.on or self.silent:
            self.on, self.opaque, self.silent = True, 0, 0
        try:
            yield
        finally:
            self.on, self.opaque, self.silent = state

    def add(self, kind: str, **fields: Any) -> None:
        """Appends an event."""
        self.events.append({"k": kind, **fields})

    # Identities

    def tensor(self, value: Any) -> int:
        """Sequential number of a tensor; an object whose shape changed in place counts as a new one."""
        key = (id(value), tuple(self.shape(value)))
        number = self._tensor_ids.get(key)
        if number is None:
            number = len(self.tensors)
            self._tensor_ids[key] = number
            self._hold(key, value)
            entry: dict[str, Any] = {"shape": self.shape(value), "dtype": self.dtype(value)}
            if self.is_parameter(value):
                entry["param"] = True
            memory = self.memory(value)
            if memory is not None and self.is_light(value):
                owner = self._memories.setdefault(memory[0], number)
                if owner != number:
                    entry["view"] = [owner, *memory[1:]]
            self.tensors[number] = entry
        return number

    def _hold(self, key: tuple[int, tuple[int | None, ...]], value: Any) -> None:
        """Keeps an identity valid: the tensor is kept alive, or its key forgotten when it dies, if it is large."""
        if self.is_light(value):
            self._keep.append(value)
        else:
            ids = self._tensor_ids
            self._keep.append(weakref.ref(value, lambda _: ids.pop(key, None)))

    def forget_after(self, count: int) -> None:
        """Drops tensors numbered `count` and above: an attempt failed, and nothing refers to them."""
        if len(self.tensors) > count:
            self.tensors = dict(list(self.tensors.items())[:count])
            for key in [k for k, n in self._tensor_ids.items() if n >= count]:
                del self._tensor_ids[key]
            self._memories = {k: n for k, n in self._memories.items() if n < count}
            self._sizes = {k: n for k, n in self._sizes.items() if n < count}
            self._objects = {k: held for k, held in self._objects.items() if _last_number(held) < count}

    def alias(self, old: int, new: Any) -> None:
        """Makes `new` (the same tensor in another form) known under an existing number."""
        key = (id(new), tuple(self.shape(new)))
        self._tensor_ids[key] = old
        self._hold(key, new)

    def module(self, value: Any) -> int:
        """Sequential number of a module instance."""
        number = self._module_ids.get(id(value))
        if number is None:
            number = len(self.modules)
            self._module_ids[id(value)] = number
            self._keep.append(value)
            self.modules[number] = {"class": self.class_name(type(value)), "new": None, "path": None, "owner": None,
                                    "attr": None}
        return number

    def size_of(self, size: Any, tensor: Any) -> Any:
        """Remembers which tensor a shape object belongs to; the object to go on with."""
        if self.is_size(size):
            self._sizes[id(size)] = self.tensor(tensor)
            self._keep.append(size)
        return size

    # Names

    def dtype_name(self, value: Any) -> str:
        """Dotted name of a dtype object."""
        return str(value)

    def class_name(self, cls: type) -> str:
        """The framework's public name, or ``pkg.mod:Block``."""
        return self._own(cls) if self.project(cls.__module__) else self.names.of(cls)

    def name(self, function: Any) -> str:
        """Canonical name of any callable."""
        if not isinstance(function, NAMED) and self.project(type(function).__module__):
            return f"{self._own(type(function))}.__call__"
        instance = getattr(function, "__self__", None)
        if self.is_module(instance):
            return self._method_name(type(instance), function)
        home = getattr(function, "__module__", None)
        if isinstance(home, str) and self.project(home) and hasattr(function, "__qualname__"):
            return self._own(function)
        return self.names.of(function)

    def _own(self, member: Any) -> str:
        return f"{self.project.public(member.__module__)}:{member.__qualname__}"

    def _method_name(self, cls: type, method: Any) -> str:
        """A module's method under the class that defines it; qualnames of framework methods name private files."""
        name = method.__name__
        for base in cls.__mro__:
            own = vars(base).get(name)
            if own is not None and (own is getattr(method, "__func__", None) or isinstance(method, types.FunctionType)):
                return f"{self.class_name(base)}.{name}"
        return f"{self.class_name(cls)}.{name}"

    def object_class(self, value: Any) -> str:
        """The framework's class of an object that holds tensors; of a project's class the one that it derives from."""
        return self.names.of(next(c for c in type(value).__mro__ if not self.project(c.__module__)))

    def object_method(self, function: Any) -> str:
        """The name of a method of an object under the class that users know; empty for other callables, and for methods
        that a project's class defines."""
        holder = getattr(function, "__self__", None) if isinstance(function, types.MethodType) else None
        if not isinstance(holder, self.OBJECTS) or self.project(function.__module__):
            return ""
        return f"{self.object_class(holder)}.{function.__name__}"

    def own_attribute(self, value: Any, name: str) -> bool:
        """True for attributes that a project's class has in place of the framework's."""
        return any(name in vars(c) for c in type(value).__mro__ if self.project(c.__module__))

    def is_option(self, value: Any, name: str, held: Any) -> bool:
        """True for what one of the framework's own layers keeps of its constructor's arguments."""
        return self.is_module(value) and isinstance(held, (bool, int, float, str, tuple)) and \
            name != "training" and not self.project(type(value).__module__) and name in vars(value)

    # Values

    def encode(self, value: Any, depth: int = 0) -> Any:
        """A value as JSON; see docs/architecture.md."""
        if value is None or isinstance(value, (bool, int)):
            return value if type(value) in (bool, int, type(None)) else {"py": self._type(value)}
        if type(value) is float:
            return value if math.isfinite(value) else {"py": "float", "value": repr(value)}
        if type(value) is str:
            return value if len(value) <= MAX_TEXT else {"py": "str"}
        if self.is_tensor(value):
            return {"t": self.tensor(value)}
        if self.is_module(value):
            return {"m": self.module(value)}
        return self._encode_object(value, depth)

    def _encode_object(self, value: Any, depth: int) -> Any:
        if id(value) in self._sizes:
            return {"size": self._sizes[id(value)]}
        if depth < MAX_DEPTH and isinstance(value, (list, tuple, dict)):
            return self._encode_collection(value, depth + 1)
        if isinstance(value, slice):
            return {"slice": [self.encode(v, depth + 1) for v in (value.start, value.stop, value.step)]}
        if isinstance(value, self.OBJECTS):
            return self._encode_holder(value)
        if isinstance(value, self.DTYPES):
            return {"ref": self.dtype_name(value)}
        if isinstance(value, functools.partial):
            return {"partial": self.encode(value.func, depth + 1),
                    "a": [self.encode(v, depth + 1) for v in value.args],
                    "kw": {k: self.encode(v, depth + 1) for k, v in value.keywords.items()}}
        if isinstance(value, NAMED):
            name = self.name(value)
            return {"proj" if ":" in name else "ref": name}
        return {"py": self._type(value)}

    def _encode_holder(self, value: Any) -> dict[str, Any]:
        """An object by what it held when it was first met; its tensors have numbers of their own in it, for what is
        inside can't be replaced by another tensor where the object is used."""
        known = self._objects.get(id(value))
        if known is not None:
            return known
        parts: dict[str, Any] = {}
        seen: set[int] = set()
        for name, part in vars(value).items():
            if self.is_tensor(part) and id(part) not in seen:
                seen.add(id(part))
                number = len(self.tensors)
                self.tensors[number] = {"shape": self.shape(part), "dtype": self.dtype(part), "held": True}
                parts[name] = {"t": number}
            elif isinstance(part, self.OBJECTS):
                parts[name] = self._encode_holder(part)
        made = {"obj": self.object_class(value), "d": parts}
        if self.project(type(value).__module__):
            made["own"] = self._own(type(value))
        if parts:
            self._objects[id(value)] = made
            self._keep.append(value)
        return made

    def _encode_collection(self, value: list | tuple | dict, depth: int) -> dict[str, Any]:
        if isinstance(value, dict):
            items = list(dict.items(value))
            out: dict[str, Any] = {"d": {str(k): self.encode(v, depth) for k, v in items[:MAX_ITEMS]}}
        else:
            key, items = ("tu", list(tuple.__iter__(value))) if isinstance(value, tuple) else (
                "l", list(list.__iter__(value)))
            out = {key: [self.encode(v, depth) for v in items[:MAX_ITEMS]]}
        if len(items) > MAX_ITEMS:
            out["n"] = len(items)
        return out

    def _type(self, value: Any) -> str:
        cls = type(value)
        if self.project(cls.__module__):
            return self._own(cls)
        return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"

    def has_tensor(self, value: Any, depth: int = 0) -> bool:
        """True for tensors, shapes, modules and collections that hold one."""
        if self.is_tensor(value) or self.is_module(value) or self.is_size(value):
            return True
        if depth > 2 or not isinstance(value, (list, tuple, dict)):
            return False
        items: Iterable[Any] = (dict.values(value) if isinstance(value, dict) else list.__iter__(value)
                                if isinstance(value, list) else tuple.__iter__(value))
        return any(self.has_tensor(v, depth + 1) for v in itertools.islice(items, MAX_ITEMS))

    # Models

    def describe_model(self, model: Any) -> None:
        """Fills paths and owners of the model's modules, and paths of its parameters and buffers."""
        projects = {"": (self.module(model), model)}
        self.modules[self.module(model)]["path"] = ""
        for path, module in self.named_modules(model):
            number = self.module(module)
            entry = self.modules[number]
            if path:
                owner_path = _longest_prefix(path, projects)
                owner_number, owner = projects[owner_path]
                entry["path"] = path
                entry["owner"] = self.class_name(type(owner))
                entry["owner_m"] = owner_number
                entry["attr"] = path[len(owner_path):].lstrip(".")
            if self.project(type(module).__module__):
                projects[path] = (number, module)
        for path, tensor, kind in self.named_tensors(model):
            self.tensors[self.tensor(tensor)].update({kind: True, "path": path})


def _last_number(held: dict[str, Any]) -> int:
    """The largest number of a tensor in an encoded object."""
    return max((part["t"] if "t" in part else _last_number(part) for part in held["d"].values()), default=-1)


def _longest_prefix(path: str, known: dict[str, Any]) -> str:
    while "." in path:
        path = path.rpartition(".")[0]
        if path in known:
            return path
    return ""
