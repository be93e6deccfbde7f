"""Constructor arguments from a config made by `serialized`."""

import functools
import types

import keras

from tensorglot.frameworks.keras.adapters.visible import visible


def restored(config, owner):
    """Constructor arguments (name → value) of the class `owner` from what `serialized` made of them."""
    return {name: _decoded(value, owner) for name, value in config.items()}


def _decoded(value, owner):
    if isinstance(value, list):
        return [_decoded(item, owner) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_decoded(value["tuple"], owner))
    if "dict" in value:
        return dict(_decoded(value["dict"], owner))
    if "partial" in value:
        function, args, keywords = _decoded(value["partial"], owner)
        return functools.partial(function, *args, **keywords)
    if "name" in value:
        return _found(value["name"], owner)
    if "namespace" in value:
        return types.SimpleNamespace(**restored(value["namespace"], owner))
    if "made" in value:
        name, fields = value["made"]
        return _found(name, owner)(**restored(fields, owner))
    return keras.saving.deserialize_keras_object(value)


def _found(name, owner):
    value = visible(name, owner)
    if value is None:
        raise TypeError(f"{name} is not visible in {owner.__module__}")
    return value
