import keras
from keras import Sequential, layers

model = Sequential([keras.Input((None, 1))])
for rate in (1, 2, 4, 8) * 2:
    model.add(layers.Conv1D(filters=20, kernel_size=2, padding="causal", activation="relu", dilation_rate=rate))
model.add(layers.Conv1D(filters=10, kernel_size=1))


def residual(x, filters, rate):
    """A gated unit with a residual connection."""
    gate = layers.Conv1D(filters, 2, dilation_rate=rate, padding="causal", activation="sigmoid")(x)
    value = layers.Conv1D(filters, 2, dilation_rate=rate, padding="causal", activation=keras.activations.tanh)(x)
    z = layers.multiply([gate, value])
    out = layers.Conv1D(filters, 1, kernel_constraint=keras.constraints.MaxNorm(3))(z)
    return layers.add([x, out]), out


inputs = layers.Input(shape=(64, 16))
x, skips = inputs, []
for i in range(3):
    x, skip = residual(x, 16, 2 ** i)
    skips.append(skip)
x = layers.Add(name="skips")(skips)
x = layers.ReLU(max_value=6.0)(x)
x = layers.PReLU(shared_axes=[1])(x)
wavenet = keras.Model(inputs, layers.TimeDistributed(layers.Dense(8, activation="softmax"))(x), name="wavenet")
