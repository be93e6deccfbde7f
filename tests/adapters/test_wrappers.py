"""Layers whose kernels are normalised, against torch: values, gradients, buffers, transfer in both directions."""

import importlib

import keras
import numpy as np
import pytest
import torch
from paired import TOLERANCE, check, close, keras_run, to_numpy, torch_run

from tensorglot.frameworks.keras.adapters.SpectralNorm import SpectralNorm
from tensorglot.frameworks.keras.adapters.WeightNorm import WeightNorm
from tensorglot.weights.transfer import transfer_weights

utils = torch.nn.utils
new = torch.nn.utils.parametrizations


def adapter(name):
    return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{name}"), name)


#: Spatial axes, the torch layer, the Keras layer.
LAYERS = {
    "linear": (0, lambda: torch.nn.Linear(4, 6), lambda: keras.layers.Dense(6)),
    "conv1d": (1, lambda: torch.nn.Conv1d(4, 6, 3, padding=2, dilation=2),
               lambda: adapter("PaddedConv1D")(6, 3, padding=2, dilation_rate=2)),
    "conv2d": (2, lambda: torch.nn.Conv2d(4, 6, (3, 2), bias=False), lambda: keras.layers.Conv2D(6, (3, 2), use_bias=False)),
    "groups": (2, lambda: torch.nn.Conv2d(4, 6, 3, groups=2), lambda: keras.layers.Conv2D(6, 3, groups=2)),
    "depthwise": (2, lambda: torch.nn.Conv2d(4, 8, 3, groups=4),
                  lambda: keras.layers.DepthwiseConv2D(3, depth_multiplier=2)),
    "conv3d": (3, lambda: torch.nn.Conv3d(4, 3, 2), lambda: keras.layers.Conv3D(3, 2)),
    "transposed1d": (1, lambda: torch.nn.ConvTranspose1d(4, 6, 4, 2, 1),
                     lambda: adapter("PaddedConv1DTranspose")(6, 4, strides=2, padding=1)),
    "transposed2d": (2, lambda: torch.nn.ConvTranspose2d(4, 6, 2, 2), lambda: keras.layers.Conv2DTranspose(6, 2, 2)),
}
#: What is done to the layer in torch and in Keras.
WRAPPERS = {
    "weight": (utils.weight_norm, WeightNorm),
    "weight-new": (new.weight_norm, WeightNorm),
    "weight-1": (lambda m: utils.weight_norm(m, dim=1), lambda m: WeightNorm(m, axis=-2)),
    "weight-whole": (lambda m: new.weight_norm(m, dim=None), lambda m: WeightNorm(m, axis=None)),
    "spectral": (utils.spectral_norm, SpectralNorm),
    "spectral-new": (new.spectral_norm, lambda m: SpectralNorm(m, start="v")),
    "spectral-1": (lambda m: utils.spectral_norm(m, n_power_iterations=3, eps=1e-6, dim=1),
                   lambda m: SpectralNorm(m, power_iterations=3, epsilon=1e-6, axis=-2)),
}
FEW = ("linear", "conv2d", "transposed1d")
CASES = [(w, n) for w in WRAPPERS for n in (FEW if "-" in w else LAYERS)]


def pair(wrapper, name, dtype, values=None):
    """A torch module with these parameters and buffers (None: random), the Keras layer with the same, an input, and a
    function that calls the module on such inputs."""
    torch.manual_seed(0)
    rank, source, target = LAYERS[name]
    module, layer = WRAPPERS[wrapper][0](source()), WRAPPERS[wrapper][1](target())
    rng = np.random.default_rng(0)
    parameters = list(module.parameters())
    values = values or [rng.uniform(0.5, 1.5, p.shape) * rng.choice([-1, 1], p.shape) for p in parameters]
    with torch.no_grad():
        for tensor, value in zip([*parameters, *module.buffers()], values, strict=False):
            tensor.copy_(torch.tensor(value))
    x = rng.standard_normal((2, *[9] * rank, 4)).astype(dtype)
    layer(keras.ops.convert_to_tensor(x))
    transfer_weights(module, layer)
    return module, layer, x, lambda x: module(x.movedim(-1, 1)).movedim(1, -1)


@pytest.mark.parametrize("wrapper, name, training", [
    (w, n, training) for w, n in CASES for training in (False, True) if training or w.startswith("spectral")])
def test_as_in_torch(wrapper, name, training, dtype):
    module, layer, x, call = pair(wrapper, name, dtype)
    buffers = [(v, to_numpy(v).copy()) for v in layer.non_trainable_variables]

    def call_layer(x):
        for variable, value in buffers:  # Keras is run twice
            variable.assign(value)
        return layer(x, training=training)

    module.train(training)
    expected, input_grads, grads = torch_run(call, [x], list(module.parameters()))
    actual, keras_input_grads, keras_grads = keras_run(call_layer, [x], layer.trainable_variables)
    check(actual, expected, keras_input_grads, input_grads, TOLERANCE[dtype])
    twin = pair(wrapper, name, dtype, [*grads, *map(to_numpy, module.buffers())])[1]
    for variable, grad, want in zip(layer.trainable_variables, keras_grads, twin.trainable_variables, strict=True):
        close(variable.path, grad, want, TOLERANCE[dtype][1])
    if keras.backend.backend() != "jax":  # whose gradients leave variables as they are
        for variable, want in zip(layer.non_trainable_variables, twin.non_trainable_variables, strict=True):
            close(variable.path, variable, want, TOLERANCE[dtype][0])


@pytest.mark.parametrize("wrapper, name", CASES)
def test_buffers_and_transfer_back(wrapper, name, dtype):
    module, layer, x, call = pair(wrapper, name, dtype)
    call(torch.tensor(x)), layer(keras.ops.convert_to_tensor(x), training=True)
    state = {k: v.clone() for k, v in module.state_dict().items()}
    with torch.no_grad():
        for tensor in [*module.parameters(), *module.buffers()]:
            tensor.zero_()
    transfer_weights(layer, module)
    for key, value in module.state_dict().items():
        close(key, value, state[key], TOLERANCE[dtype][0])


@pytest.mark.parametrize("wrapper, name", [(w, n) for w in WRAPPERS for n in ("linear", "depthwise")
                                           if n == "linear" or not w.endswith("-1")])
def test_a_folded_layer_is_the_same(wrapper, name, dtype):
    module, layer, x, _ = pair(wrapper, name, dtype)
    x = keras.ops.convert_to_tensor(x)
    before = to_numpy(layer(x))
    close("folded", layer.fold()(x, training=True), before, TOLERANCE[dtype][0])
    close("kernel", layer.kernel, layer.layer.kernel, TOLERANCE[dtype][1])


def test_a_model_is_trained_saved_and_loaded(tmp_path):
    inputs = keras.Input((9, 4))
    x = WeightNorm(keras.layers.Conv1D(6, 3))(inputs)
    model = keras.Model(inputs, SpectralNorm(keras.layers.Dense(2), epsilon=1e-6)(keras.layers.Flatten()(x)))
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).standard_normal((8, 9, 4)).astype("float32")
    before = [to_numpy(v).copy() for v in model.trainable_variables]
    model.fit(x, np.zeros((8, 2)), verbose=0)
    for variable, value in zip(model.trainable_variables, before, strict=False):
        assert not np.array_equal(to_numpy(variable), value), variable.path
    assert len(model.trainable_variables) == 5 and len(model.non_trainable_variables) == 2
    model.save(tmp_path / "model.keras")
    close("loaded", keras.saving.load_model(tmp_path / "model.keras")(x), to_numpy(model(x)), 1e-6)


def test_values_of_the_layer_are_those_when_it_was_wrapped():
    """As in torch, an initializer that is set for the kernel afterwards has no effect; one for the bias has."""
    layer = WeightNorm(keras.layers.Dense(3, kernel_initializer="ones"))
    layer.kernel_initializer = "zeros"
    layer.bias_initializer = keras.initializers.Ones()
    layer.build((None, 4))
    assert np.all(to_numpy(layer.kernel) == 1) and np.all(to_numpy(layer.bias) == 1) and layer.units == 3
