import keras
from keras import layers, ops


class MLP(keras.Model):
    """Two layers."""

    def __init__(self, hidden=64, classes=10, **kwargs):
        super().__init__(**kwargs)
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(hidden, activation="relu", kernel_initializer="he_normal", name="hidden")
        self.drop = layers.Dropout(0.5)
        self.out = layers.Dense(classes, activation="softmax")

    def call(self, x, training=None):
        x = self.flat(x)
        x = self.hidden(x)  # (N, hidden)
        x = self.drop(x, training=training)
        return self.out(x)


model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
], name="cnn")
other = keras.Sequential()
other.add(layers.Dense(3, activation="tanh", input_shape=(4,)))
other.add(layers.Dense(1))
inputs = keras.Input((8,))
x = layers.Dense(4, activation="gelu", kernel_regularizer="l2")(inputs)
x = layers.BatchNormalization(scale=False)(x)
x = layers.Concatenate()([x, inputs])
y = ops.mean(x, axis=-1)
graph = keras.Model(inputs, y)
