"""Keras networks of many styles: subclassed ones, nested layers with weights of their own, raw TensorFlow."""

import keras
import tensorflow as tf
from tensorflow.keras import layers


class Affine(layers.Layer):
    """Makes its weights in `build`."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), name="matrix")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        self.norm = layers.LayerNormalization()
        self.norm.build((None, self.units))
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False, name="count")

    def call(self, x):
        return self.norm(tf.matmul(x, self.w) + self.b)


class Block(keras.layers.Layer):
    def __init__(self, filters, rate=0.5):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm = tf.keras.layers.BatchNormalization()
        self.drop = layers.Dropout(rate)

    def call(self, x, training=None):
        y = self.norm(self.conv(x), training=training)
        if training:
            y = self.drop(y, training=True)
        return tf.nn.relu(x + y)


class Net(keras.Model):
    def __init__(self, n=2, classes=10):
        super().__init__()
        self.stem = keras.layers.Conv2D(8, 1, activation="relu")
        self.blocks = [Block(8) for _ in range(n)]
        self.tail = keras.Sequential([layers.Dense(16), layers.ReLU()])
        self.affine = Affine(16)
        self.head = layers.Dense(classes)

    @tf.function
    def call(self, inputs, training=False):
        x = self.stem(inputs)
        for block in self.blocks:
            x = block(x, training=training)
        b, h, w, c = x.shape
        x = tf.reshape(x, (-1, h * w, c))
        x = keras.ops.mean(x, axis=1) / tf.cast(tf.shape(x)[1], tf.float32)
        x = self.tail(x)
        return keras.activations.softmax(self.head(self.affine(x) + self.affine(x)))


class Raw(tf.Module):
    """No Keras at all."""

    def __init__(self, n_in=4, n_out=3):
        super().__init__()
        self.w = tf.Variable(tf.random.normal([n_in, n_out]), name="weight")
        self.steps = tf.Variable(0.0, trainable=False)

    def __call__(self, x, training=False):
        left, right = tf.split(x @ self.w, [1, 2], axis=-1)
        return tf.concat([tf.math.sigmoid(left), right], axis=-1)
