"""A 3-D average pooling layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedAveragePooling3D(PaddedInput, layers.AveragePooling3D):
    """AveragePooling3D with `padding` zeros around its input, which count."""
