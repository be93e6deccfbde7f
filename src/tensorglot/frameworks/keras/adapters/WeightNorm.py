"""Weight normalisation of a layer (Salimans and Kingma 2016, arXiv:1602.07868)."""

import keras
from keras import ops

from tensorglot.frameworks.keras.adapters.ComputedKernel import ComputedKernel


@keras.saving.register_keras_serializable(package="adapters")
class WeightNorm(ComputedKernel):
    """`layer` with the kernel g v / ||v||, where v is the layer's own kernel.

    `g` has one magnitude for each position along `axis` of the kernel, or (None) one for the whole kernel. At first it
    is the norm of v, so that the kernel is v.
    """

    def __init__(self, layer, axis=-1, **kwargs):
        super().__init__(layer, axis, **kwargs)
        self.slot = "depthwise_initializer" if hasattr(layer, "depth_multiplier") else "kernel_initializer"
        self.initial = getattr(layer, self.slot)

    def build(self, input_shape=None):
        setattr(self.layer, self.slot, self.initial)  # the kernel has its values when it is wrapped, not later ones
        super().build(input_shape)
        kept = self.axes()
        shape = [size if i in kept else 1 for i, size in enumerate(self.layer.kernel.shape)]
        self.g = self.add_weight(name="g", shape=shape, initializer=lambda *_, **__: self.norm())

    def norm(self):
        """||v|| for each position along the axis."""
        kept, v = self.axes(), self.layer.kernel
        return ops.sqrt(ops.sum(ops.square(v), [i for i in range(len(v.shape)) if i not in kept], keepdims=True))

    def computed(self):
        return self.g * self.layer.kernel / self.norm()
