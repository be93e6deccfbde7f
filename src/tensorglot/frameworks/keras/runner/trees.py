"""Modules and weights of a model by path: by attributes, items of lists, places in a `Sequential`, names of layers that a
model of the Functional API is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf
from keras.src.models.functional import Functional


def _own_attributes() -> frozenset[str]:
    """What Keras itself keeps on layers and models."""
    symbol = keras.Input((1,), name="tensorglot")
    bare = (keras.Layer(name="tensorglot"), keras.Model(name="tensorglot"), keras.Sequential(name="tensorglot"),
            keras.Model(symbol, symbol, name="tensorglot"))
    return frozenset().union(*map(vars, bare))


_OWN = _own_attributes()

_VARIABLES = (keras.Variable, tf.Variable)

#: Collections are looked into as deep as this.
_DEPTH = 4


def named_modules(model: Any) -> Iterator[tuple[str, Any]]:
    """Every module once, under its first path, before its parts; the model itself has the path ""."""
    seen: set[int] = set()

    def walk(path: str, module: Any) -> Iterator[tuple[str, Any]]:
        if id(module) in seen:
            return
        seen.add(id(module))
        yield path, module
        for name, child in _children(module):
            yield from walk(f"{path}.{name}" if path else name, child)

    return walk("", model)


def named_tensors(model: Any) -> Iterator[tuple[str, Any, str]]:
    """Every weight once, with ``"param"`` or ``"buffer"`` (made as not trainable)."""
    seen: set[int] = set()
    for path, module in named_modules(model):
        fixed = {id(v) for v in getattr(module, "_non_trainable_variables", ())}
        held = [(name, value) for name, value in _parts(module) if isinstance(value, _VARIABLES)]
        others = [*getattr(module, "_trainable_variables", ()), *getattr(module, "_non_trainable_variables", ())]
        for name, value in [*held, *((v.name, v) for v in others)]:
            if id(value) not in seen:
                seen.add(id(value))
                buffer = id(value) in fixed or isinstance(value, tf.Variable) and not value.trainable
                yield f"{path}.{name}" if path else name, value, "buffer" if buffer else "param"


def _children(module: Any) -> Iterator[tuple[str, Any]]:
    yield from ((name, value) for name, value in _parts(module) if isinstance(value, (keras.Layer, tf.Module)))
    if isinstance(module, keras.Sequential):
        yield from ((str(i), layer) for i, layer in enumerate(module.layers))
    elif isinstance(module, Functional):
        yield from ((layer.name, layer) for layer in module.layers if not isinstance(layer, keras.layers.InputLayer))


def _parts(module: Any) -> Iterator[tuple[str, Any]]:
    for name, value in list(vars(module).items()):
        if name not in _OWN:
            public = name.lstrip("_")
            # `Dense._kernel` is known as `kernel`.
            yield from _nested(public if public != name and hasattr(type(module), public) else name, value)


def _nested(path: str, value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (keras.Layer, tf.Module, *_VARIABLES)):
        yield path, value
    elif depth < _DEPTH and isinstance(value, (list, tuple, dict)):
        for key, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
            yield from _nested(f"{path}.{key}", item, depth + 1)
