"""A 3-D transposed convolution layer with padding in numbers."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.PaddedConvTranspose import PaddedConvTranspose


@keras.saving.register_keras_serializable(package="adapters")
class PaddedConv3DTranspose(PaddedConvTranspose, layers.Conv3DTranspose):
    """Conv3DTranspose that removes `padding` from both ends of the full output and adds `output_padding` to one."""
