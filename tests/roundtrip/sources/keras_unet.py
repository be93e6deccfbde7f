"""U-Net by builder functions, Functional API."""
from tensorflow.keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dropout,
    Input,
    MaxPooling2D,
    UpSampling2D,
    concatenate,
)
from tensorflow.keras.models import Model


def conv_block(inputs, n_filters, kernel_size=3, batchnorm=True):
    """Two convolutions, each with batch normalisation."""
    x = inputs
    for _ in range(2):
        x = Conv2D(filters=n_filters, kernel_size=(kernel_size, kernel_size), kernel_initializer="he_normal",
                   padding="same")(x)
        if batchnorm:
            x = BatchNormalization()(x)
        x = Activation("relu")(x)
    return x


def get_unet(input_shape=(64, 64, 1), n_filters=16, dropout=0.1, upsample=False):
    inputs = Input(input_shape)
    skips = []
    x = inputs
    for level in range(3):
        x = conv_block(x, n_filters * 2 ** level)
        skips.append(x)
        x = MaxPooling2D((2, 2))(x)
        x = Dropout(dropout)(x)
    x = conv_block(x, n_filters * 8)
    for level, skip in reversed(list(enumerate(skips))):
        if upsample:
            x = UpSampling2D(size=(2, 2), interpolation="bilinear")(x)
        else:
            x = Conv2DTranspose(n_filters * 2 ** level, (3, 3), strides=(2, 2), padding="same")(x)
        x = concatenate([x, skip], axis=-1)
        x = conv_block(x, n_filters * 2 ** level)
    outputs = Conv2D(1, (1, 1), activation="sigmoid")(x)
    return Model(inputs=[inputs], outputs=[outputs])


model = get_unet()
model.summary()
