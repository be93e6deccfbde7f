"""Constructor arguments as a config that JSON keeps."""

import dataclasses
import functools
import sys
import types

import keras

from tensorglot.frameworks.keras.adapters.visible import visible


def serialized(arguments, owner):
    """Constructor arguments (name → value) of the class `owner` in a form that JSON keeps; `restored` turns them back.

    Classes and functions are kept by name (see `visible`), data classes and namespaces by their fields, layers by
    their config.
    Raises TypeError for values that have no such form.
    """
    return {name: _encoded(value, owner) for name, value in arguments.items()}


def _encoded(value, owner):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_encoded(item, owner) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_encoded(item, owner) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_encoded(key, owner), _encoded(item, owner)] for key, item in value.items()]}
    if isinstance(value, functools.partial):
        return {"partial": [_encoded(part, owner) for part in (value.func, list(value.args), value.keywords)]}
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return {"name": _name(value, owner)}
    if isinstance(value, types.SimpleNamespace):
        return {"namespace": serialized(vars(value), owner)}
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        return {"made": [_name(type(value), owner), serialized(fields, owner)]}
    return keras.saving.serialize_keras_object(value)


def _name(value, owner):
    """The name under which `visible` finds a class or function."""
    names = vars(sys.modules[owner.__module__])
    candidates = [keras.saving.get_registered_name(value), *(name for name in names if names[name] is value)]
    for name in candidates:
        if visible(name, owner) is value:
            return name
    raise TypeError(f"{value} cannot be saved: it is not visible in {owner.__module__}")
