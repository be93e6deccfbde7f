"""A 1-D convolution layer with any padding."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.GeneralConv import GeneralConv


@keras.saving.register_keras_serializable(package="adapters")
class GeneralConv1D(GeneralConv, layers.Conv1D):
    """Conv1D whose `padding` is a number, one number per spatial axis, "same" or "valid".

    `padding_mode`: "zeros", "reflect", "replicate" or "circular".
    """
