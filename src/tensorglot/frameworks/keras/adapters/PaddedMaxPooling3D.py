"""A 3-D max pooling layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedMaxPooling3D(PaddedInput, layers.MaxPooling3D):
    """MaxPooling3D with `padding` around its input that never wins."""

    fill = float("-inf")
