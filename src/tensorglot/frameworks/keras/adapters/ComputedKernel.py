"""Wrappers that compute a layer's kernel anew for every call."""

import keras
from keras import layers


class ComputedKernel(layers.Wrapper):
    """Base of wrappers that call `layer` with a kernel that follows from the layer's own, along `axis` of it.

    All other attributes are those of `layer`; its initializers can be set here as well.
    """

    def __init__(self, layer, axis=-1, **kwargs):
        super().__init__(layer, **kwargs)
        self.axis = axis

    def __getattr__(self, name):
        held = {**self.__dict__, **self.__dict__.get("_modules", {})}
        if name in held:
            return held[name]
        if name.startswith("_") or "layer" not in held:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(held["layer"], name)

    def __setattr__(self, name, value):
        if name.endswith("_initializer"):
            setattr(self.layer, name, value)
        else:
            super().__setattr__(name, value)

    def axes(self):
        """What `axis` is in the layer's kernel, as axes counted from 0; a depthwise kernel ends in two for -1."""
        rank = len(self.layer.kernel.shape)
        if hasattr(self.layer, "depth_multiplier"):
            return [rank - 2, rank - 1] if self.axis == -1 else []
        return [] if self.axis is None else [self.axis % rank]

    def call_with(self, kernel, inputs, **kwargs):
        """The result of `layer` with another kernel, through which gradients flow."""
        own = self.layer.kernel
        values = [(variable, variable.value) for variable in self.layer.variables if variable is not own]
        with keras.StatelessScope([(own, kernel), *values]):
            return self.layer(inputs, **kwargs)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}
