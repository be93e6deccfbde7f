"""A 3-D convolution layer with any padding."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.GeneralConv import GeneralConv


@keras.saving.register_keras_serializable(package="adapters")
class GeneralConv3D(GeneralConv, layers.Conv3D):
    """Conv3D whose `padding` is a number, one number per spatial axis, "same" or "valid".

    `padding_mode`: "zeros", "reflect", "replicate" or "circular".
    """
