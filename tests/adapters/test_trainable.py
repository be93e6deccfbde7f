"""Freezing layers, and the weights that training may change."""

import keras
import numpy as np
import pytest
from keras import layers

from tensorglot.frameworks.keras.adapters.parameters import parameters
from tensorglot.frameworks.keras.adapters.set_trainable import set_trainable


def net():
    return keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(2, use_bias=False)])


@pytest.mark.parametrize("built", [True, False])
def test_weights_freeze_and_statistics_do_not(built):
    model, x = net(), np.random.default_rng(0).standard_normal((8, 3)).astype("float32")
    if built:
        model.build((None, 3))
    set_trainable(model, False)
    frozen = model(x, training=True)
    assert model.built and not model.trainable_variables
    norm = model.layers[1]
    assert np.abs(np.asarray(norm.moving_mean)).max() > 0
    set_trainable(model, True)
    assert len(model.trainable_variables) == 5
    np.testing.assert_allclose(np.asarray(model(x, training=True)), np.asarray(frozen), rtol=1e-6)


def test_a_layer_that_is_added_later_is_trained():
    model = net()
    set_trainable(model, False)
    model.add(layers.Dense(1))
    model.build((None, 3))
    assert [v.shape for v in model.trainable_variables] == [(2, 1), (1,)]


def test_parameters_are_the_frozen_ones_too():
    model = net()
    model.build((None, 3))
    set_trainable(model.layers[0], False)
    assert [v.shape for v in parameters(model)] == [(3, 4), (4,), (4,), (4,), (4, 2)]
