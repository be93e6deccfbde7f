import functools

import keras
from keras import layers


def named_children(holder):
    """Yields (name, layer) for what a layer, or a list or dict of layers, holds directly, by the source's names."""
    seen = set()
    for name, value in _parts(holder):
        if id(value) not in seen and _holds_layers(value):
            seen.add(id(value))
            yield name, value


def _parts(holder):
    if not isinstance(holder, keras.Sequential):
        holder = getattr(holder, "held", holder)
    if isinstance(holder, dict):
        return [(str(key), value) for key, value in holder.items()]
    if isinstance(holder, (list, tuple)):
        return [(str(i), value) for i, value in enumerate(holder)]
    held = {**vars(holder), **vars(holder).get("_modules", {})}
    own = [(_source_name(holder, name), value) for name, value in held.items()
           if name not in _internals() and not name.startswith("_self_")]
    if isinstance(holder, keras.Sequential):
        names = {id(value): name for name, value in own if isinstance(value, layers.Layer)}
        return [(names.get(id(inner), str(i)), inner) for i, inner in enumerate(holder.layers)]
    return own


def _holds_layers(value):
    if isinstance(value, (list, tuple, dict)):
        inside = list(value.values() if isinstance(value, dict) else value)
        return bool(inside) and all(isinstance(inner, layers.Layer) for inner in inside)
    return isinstance(value, layers.Layer)


def _source_name(holder, name):
    """Names that Keras reserves got a trailing underscore."""
    return name[:-1] if name.endswith("_") and hasattr(holder, name[:-1]) else name


@functools.cache
def _internals():
    """Attributes that Keras itself sets."""
    return frozenset().union(*(vars(made) for made in (keras.Model(), keras.Sequential())))
