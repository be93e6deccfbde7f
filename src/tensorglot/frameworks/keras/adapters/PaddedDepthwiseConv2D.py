"""A 2-D depthwise convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedInput import PaddedInput


@keras.saving.register_keras_serializable(package="adapters")
class PaddedDepthwiseConv2D(PaddedInput, layers.DepthwiseConv2D):
    """DepthwiseConv2D with `padding` zeros around its input."""
