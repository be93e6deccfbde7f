"""A 3-D convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedConv import PaddedConv


@keras.saving.register_keras_serializable(package="adapters")
class PaddedConv3D(PaddedConv, layers.Conv3D):
    """Conv3D whose `padding` is a number, one number per spatial axis, "same" or "valid".

    `padding_mode`: "zeros", "reflect", "replicate" or "circular".
    """
