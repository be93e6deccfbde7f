"""A 1-D convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedConv1D(PaddedInput, layers.Conv1D):
    """Conv1D with `padding` zeros around its input."""
