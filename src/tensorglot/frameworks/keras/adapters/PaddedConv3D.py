"""A 3-D convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedConv3D(PaddedInput, layers.Conv3D):
    """Conv3D with `padding` zeros around its input."""
