"""Layers made by the catalog as parts of Keras models: unknown sizes, compiled, saved and loaded."""

import keras
import numpy as np
import pytest
import torch
from lowered import SHAPES, bound, copy_statistics, data, execute, first, last, target
from paired import close, load_weights, to_numpy

WITHOUT_WEIGHTS = [
    (2, "nn.MaxPool2d(3, 2, 1)"), (2, "nn.MaxPool2d(2, 3, ceil_mode=True)"), (2, "nn.MaxPool2d(3, dilation=2)"),
    (2, "nn.AvgPool2d(3, 2, 1, ceil_mode=True)"), (2, "nn.AvgPool2d(3, 2, 1, count_include_pad=False)"),
    (1, "nn.AvgPool1d(3, 2, 1, ceil_mode=True, count_include_pad=False)"), (2, "nn.LPPool2d(2, 2)"),
    (2, "nn.AdaptiveAvgPool2d((3, 5))"), (2, "nn.AdaptiveAvgPool2d(13)"), (2, "nn.AdaptiveMaxPool2d((3, 5))"),
    (2, "nn.LocalResponseNorm(3)"), (2, "nn.ReflectionPad2d((1, 2, 3, 0))"), (2, "nn.ReplicationPad2d(2)"),
    (2, "nn.CircularPad2d(2)"), (2, "nn.ConstantPad2d((1, -1, 0, 2), 0.5)"), (2, "nn.Upsample(scale_factor=2)"),
    (2, "nn.Upsample(scale_factor=1.7, mode='bilinear')"), (2, "nn.Upsample(scale_factor=0.7, mode='area')"),
    (2, "nn.Upsample(size=(5, 13), mode='bicubic', align_corners=True)"), (2, "nn.PixelShuffle(2)"),
    (2, "nn.PixelUnshuffle(1)"), (2, "nn.ChannelShuffle(2)"), (2, "nn.Softplus(2.0)"), (2, "nn.Hardtanh(-0.5, 1)"),
    (2, "nn.Dropout2d()"), (2, "nn.FeatureAlphaDropout()"), (2, "nn.RReLU()"), (3, "nn.MaxPool3d(3, 2, 1)"),
    (2, "nn.InstanceNorm2d(4)"), (2, "nn.Threshold(0.0, 1.0)"), (2, "nn.GELU('tanh')"), (2, "nn.CELU(0.5)")]
WITH_WEIGHTS = [
    (2, "nn.Conv2d(4, 6, 3, stride=2, padding=1)"), (2, "nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=4)"),
    (2, "nn.Conv2d(4, 6, 3, padding=1, groups=2)"), (2, "nn.Conv2d(4, 6, 3, padding=1, padding_mode='reflect')"),
    (1, "nn.Conv1d(4, 6, 5, stride=2, padding=2)"), (3, "nn.Conv3d(4, 6, 3, stride=2, padding=1)"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1)"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, groups=2)"), (2, "nn.PReLU(4)"), (2, "nn.GroupNorm(2, 4)"),
    (2, "nn.BatchNorm2d(4, momentum=None)"), (2, "nn.InstanceNorm2d(4, affine=True, track_running_stats=True)")]

only_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.function")


def pair(rank, text):
    """A torch layer and the Keras layer with its weights, and an input."""
    from lowered import ParameterRule

    entry, _ = bound(text)
    module, layer = eval(text, {"nn": torch.nn}).eval(), execute(text, {})
    x = data(SHAPES[rank], "float32")
    layer(keras.ops.convert_to_tensor(x))
    if list(module.parameters()):
        load_weights(module, layer, ParameterRule(entry, layer))
    copy_statistics(module, layer, entry, np.random.default_rng(1))
    return module, layer, x


@only_tensorflow
@pytest.mark.parametrize("rank, text", WITHOUT_WEIGHTS + WITH_WEIGHTS)
def test_unknown_sizes(rank, text):
    """One traced function serves every batch and spatial size."""
    import tensorflow as tf

    module, layer, x = pair(rank, text)
    traced = tf.function(lambda x: layer(x), input_signature=[tf.TensorSpec((None, *[None] * rank, 4))])
    for cut in (0, 1):
        part = x[cut:, cut:]
        close(text, traced(part), last(module(first(torch.tensor(part)))).detach(), 1e-5)


@only_tensorflow
@pytest.mark.parametrize("rank, text", WITHOUT_WEIGHTS + WITH_WEIGHTS)
def test_compiled(rank, text):
    import tensorflow as tf

    module, layer, x = pair(rank, text)
    compiled = tf.function(lambda x: layer(x), jit_compile=True)
    close(text, compiled(tf.constant(x)), last(module(first(torch.tensor(x)))).detach(), 1e-5)


@pytest.mark.parametrize("rank, text", WITHOUT_WEIGHTS + WITH_WEIGHTS)
def test_saved(rank, text, tmp_path):
    """A functional model with unknown batch size survives a `.keras` file."""
    _, layer, x = pair(rank, text)
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape[1:] == tuple(layer(keras.ops.convert_to_tensor(x)).shape)[1:]
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_random_functions_in_training():
    """Dropout keeps the mean and drops whole channels where it should; nothing happens outside training."""
    keras.utils.set_random_seed(0)
    x = keras.ops.ones((64, 8, 8, 16))
    for name in ("dropout", "spatial_dropout"):
        y = to_numpy(target(f"adapters.{name}")(x, 0.25))
        np.testing.assert_allclose(np.unique(y), [0, 4 / 3], rtol=1e-6)
        assert abs(y.mean() - 1) < 0.05
        assert target(f"adapters.{name}")(x, 0.25, training=False) is x
    assert (np.ptp(y, axis=(1, 2)) == 0).all()
    noise = keras.random.normal((64, 8, 8, 64), seed=1)
    for name in ("alpha_dropout", "feature_alpha_dropout"):
        y = to_numpy(target(f"adapters.{name}")(noise, 0.2, training=True))
        assert abs(y.mean()) < 0.05 and abs(y.std() - 1) < 0.05
    slopes = to_numpy(target("adapters.random_relu")(-x, 0.1, 0.3, training=True))
    assert -0.3 <= slopes.min() < -0.28 and -0.12 < slopes.max() <= -0.1


@only_tensorflow
def test_random_functions_are_drawn_anew_in_a_traced_function():
    import tensorflow as tf

    traced = tf.function(lambda x: target("adapters.dropout")(x, 0.5))
    x = tf.ones((4, 100))
    assert (to_numpy(traced(x)) != to_numpy(traced(x))).any()


def test_gumbel_softmax():
    keras.utils.set_random_seed(0)
    logits = keras.ops.convert_to_tensor(np.log(np.tile([[0.7, 0.2, 0.1]], (4000, 1))).astype("float32"))
    hard = to_numpy(target("adapters.gumbel_softmax")(logits, hard=True))
    np.testing.assert_allclose(hard.mean(axis=0), [0.7, 0.2, 0.1], atol=0.03)
    soft = to_numpy(target("adapters.gumbel_softmax")(logits, tau=0.5))
    np.testing.assert_allclose(soft.sum(axis=1), 1, rtol=1e-5)


def test_transposed_convolution_to_a_given_size():
    text = "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1)"
    module, layer, x = pair(2, text)
    for size in ([17, 14], [18, 13]):
        expected = last(module(first(torch.tensor(x)), output_size=size)).detach()
        close(text, layer(keras.ops.convert_to_tensor(x), output_size=size), expected, 1e-5)
    inputs = keras.Input(x.shape[1:])
    assert layer(inputs, output_size=[18, 13]).shape == (None, 18, 13, 6)
