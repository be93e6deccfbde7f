"""A 1-D average pooling layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedAveragePooling1D(PaddedInput, layers.AveragePooling1D):
    """AveragePooling1D with `padding` zeros around its input, which count."""
