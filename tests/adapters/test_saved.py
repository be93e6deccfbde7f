"""Classes whose config is their constructor's arguments."""

import keras
import numpy as np
import pytest

from tensorglot.frameworks.keras.adapters.saved import saved


@saved(package="test_saved")
class Inner(keras.layers.Layer):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, x):
        return self.layer(x)


@saved(package="test_saved")
class Outer(keras.Model):
    def __init__(self, scale, *widths, activation=keras.ops.relu, **options):
        super().__init__()
        self.chain = keras.Sequential([Inner(keras.layers.Dense(width)) for width in widths])
        self.scale, self.activation, self.options = scale, activation, options

    def call(self, x):
        return self.activation(self.chain(x)) * self.scale


class Narrow(Outer):
    """Registered with Keras, without a config of its own."""

    def __init__(self, scale=2.0):
        super().__init__(scale, 3)


@pytest.mark.parametrize("make", [lambda: Outer(0.5, 4, 3, shift=(1, 2)), Narrow, lambda: Narrow(0.25)])
def test_config_makes_the_same_again(make):
    first = make()
    again = type(first).from_config(first.get_config())
    assert again.get_config() == first.get_config()
    x = np.ones((2, 5), "float32")
    assert again(x).shape == first(x).shape == (2, 3)
    assert (again.scale, again.activation, again.options) == (first.scale, first.activation, first.options)


def test_chain_survives_a_file(tmp_path):
    model = keras.Sequential([keras.Input((5,)), Inner(keras.layers.Dense(4)), Inner(keras.layers.Dense(3))])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = np.arange(10, dtype="float32").reshape(2, 5)
    np.testing.assert_array_equal(loaded(x), model(x))
