"""A 2-D convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedConv2D(PaddedInput, layers.Conv2D):
    """Conv2D with `padding` zeros around its input."""
