"""Models that are made when the module is imported, and builder functions of the Functional API."""

import keras
from keras import layers

sequential = keras.Sequential([layers.Input((12,)), layers.Dense(8, activation="relu"), layers.Dense(2)])

grown = keras.models.Sequential()
grown.add(keras.Input(shape=(None,), dtype="int32"))
grown.add(layers.Embedding(50, 8))
grown.add(layers.LSTM(4))


@keras.saving.register_keras_serializable()
class Scale(layers.Layer):
    def build(self, input_shape):
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones")

    def call(self, x):
        return x * self.gamma


def conv_block(x, filters):
    y = layers.Conv2D(filters, 3, padding="same")(x)
    y = layers.BatchNormalization()(y)
    if x.shape[-1] == filters:
        y = y + x
    return layers.Activation("relu")(y)


def make_model(input_shape=(None, None, 3), classes=5):
    inputs = keras.Input(input_shape, name="image")
    x = conv_block(inputs, 8)
    x = conv_block(x, 8)
    x = Scale(name="scale")(x)
    x = layers.Lambda(lambda t: keras.ops.square(t))(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, name="top")(x))


left, right = keras.Input((6,)), keras.Input((6,))
shared = layers.Dense(4, name="shared")
siamese = keras.Model([left, right], keras.ops.abs(shared(left) - shared(right)))
