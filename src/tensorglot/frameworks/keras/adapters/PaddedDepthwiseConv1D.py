"""A 1-D depthwise convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedDepthwiseConv1D(PaddedInput, layers.DepthwiseConv1D):
    """DepthwiseConv1D with `padding` zeros around its input."""
