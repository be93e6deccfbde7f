"""Wrappers that compute a layer's kernel anew for every call."""

import keras

from tensorglot.frameworks.keras.adapters.Transparent import Transparent


class ComputedKernel(Transparent):
    """Base of wrappers that call `layer` with the kernel `self.computed()`, which follows from the layer's own.

    `axis` of the layer's kernel is treated apart. All other attributes are those of `layer`; its initializers can be
    set here as well. `folded` tells that the layer is called with its own kernel.
    """

    def __init__(self, layer, axis=-1, folded=False, **kwargs):
        super().__init__(layer, **kwargs)
        self.axis = axis
        self.folded = folded

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

    @property
    def kernel(self):
        """The kernel that the layer is called with."""
        return self.layer.kernel if self.folded else self.computed()

    def call(self, inputs, **kwargs):
        if self.folded:
            return self.layer(inputs, **kwargs)
        own = self.layer.kernel
        values = [(variable, variable.value) for variable in self.layer.variables if variable is not own]
        with keras.StatelessScope([(own, self.kernel), *values]):  # gradients flow through values of a scope
            return self.layer(inputs, **kwargs)

    def fold(self):
        """Gives `layer` the computed kernel for good; returns the wrapper."""
        self.layer.kernel.assign(self.kernel)
        self.folded = True
        return self

    def get_config(self):
        return {**super().get_config(), "axis": self.axis, "folded": self.folded}
