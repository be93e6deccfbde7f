import keras
from keras import initializers, layers, ops


class Linear(layers.Layer):
    """A dense layer with its own weights."""

    def __init__(self, units=32, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", trainable=True,
                                 name="w")
        self.b = self.add_weight(shape=(self.units,), initializer=initializers.Zeros())
        super().build(input_shape)

    def call(self, inputs):
        y = ops.matmul(inputs, self.w) + self.b
        return self.activation(y)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Counter(layers.Layer):
    def __init__(self):
        super().__init__()
        self.total = self.add_weight(shape=(), initializer="zeros", trainable=False, name="total")
        self.noise = layers.GaussianNoise(0.1)

    def call(self, x, training=None):
        self.total.assign_add(ops.cast(ops.shape(x)[0], "float32"))
        return self.noise(x, training=training)
