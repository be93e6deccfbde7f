import tensorflow as tf
from tensorflow.keras import Input, Model, Sequential, layers


def make_tower(dim=32):
    return Sequential([
        layers.Rescaling(1.0 / 255, input_shape=(28, 28, 1)),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(pool_size=(2, 2)),
        layers.SeparableConv2D(32, 3, activation="relu", depth_multiplier=2),
        layers.GlobalMaxPooling2D(),
        layers.Dense(dim, activation="tanh"),
    ])


tower = make_tower()
left, right = Input((28, 28, 1)), Input((28, 28, 1))
a, b = tower(left), tower(right)
distance = layers.Lambda(lambda v: tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(v[0] - v[1]), axis=1, keepdims=True), 1e-7)))(
    [a, b])
merged = layers.Dot(axes=1, normalize=True)([a, b])
score = layers.Dense(1, activation="sigmoid", bias_initializer=tf.keras.initializers.Constant(0.1))(
    layers.Concatenate()([distance, merged]))
siamese = Model([left, right], score)
