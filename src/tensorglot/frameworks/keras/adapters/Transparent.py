"""Wrappers through which the attributes of a layer are seen."""

from keras import layers


class Transparent(layers.Wrapper):
    """Base of wrappers around `layer` whose other attributes are those of `layer`."""

    def __getattr__(self, name):
        held = {**self.__dict__, **self.__dict__.get("_modules", {})}
        if name in held:
            return held[name]
        if name.startswith("_") or "layer" not in held:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(held["layer"], name)
