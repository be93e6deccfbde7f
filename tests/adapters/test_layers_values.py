"""Layers as the catalog lowers them, against torch: values, gradients of inputs and of weights."""

import keras
import numpy as np
import pytest
import torch
from lowered import SHAPES, check_layer, compare, data, execute, first, last, target
from paired import TOLERANCE, to_numpy

CONVOLUTIONS = [
    (1, "nn.Conv1d(4, 6, 3)", "layers.Conv1D"), (1, "nn.Conv1d(4, 6, 5, stride=2, padding=2)", "adapters.PaddedConv1D"),
    (1, "nn.Conv1d(4, 6, 3, padding=1)", "layers.Conv1D"), (1, "nn.Conv1d(4, 8, 3, groups=4)",
    "layers.DepthwiseConv1D"),
    (1, "nn.Conv1d(4, 6, 3, padding=2, dilation=2, padding_mode='circular')", "adapters.GeneralConv1D"),
    (2, "nn.Conv2d(4, 6, 3)", "layers.Conv2D"), (2, "nn.Conv2d(4, 6, 1, stride=2, bias=False)", "layers.Conv2D"),
    (2, "nn.Conv2d(4, 6, 3, padding=1)", "layers.Conv2D"), (2, "nn.Conv2d(4, 6, (3, 5), padding=(1, 2))",
    "layers.Conv2D"),
    (2, "nn.Conv2d(4, 6, 3, padding=2, dilation=2)", "layers.Conv2D"),
    (2, "nn.Conv2d(4, 6, 4, padding='same')", "layers.Conv2D"), (2, "nn.Conv2d(4, 6, 3, padding='valid')",
    "layers.Conv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=2, padding=1)", "adapters.PaddedConv2D"),
    (2, "nn.Conv2d(4, 6, 2, padding=1)", "adapters.PaddedConv2D"),
    (2, "nn.Conv2d(4, 4, 3, stride=2, padding=(0, 1), groups=4)", "adapters.PaddedDepthwiseConv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=(2, 1), padding=(0, 2), bias=False)", "adapters.PaddedConv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=2, dilation=2, padding=2)", "adapters.GeneralConv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=2, dilation=2)", "adapters.GeneralConv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=[2], padding=1, padding_mode='circular')", "adapters.GeneralConv2D"),
    (2, "nn.Conv2d(4, 4, 3, padding=1, groups=4)", "layers.DepthwiseConv2D"),
    (2, "nn.Conv2d(4, 12, 3, padding=1, groups=4, bias=False)", "layers.DepthwiseConv2D"),
    (2, "nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=4)", "adapters.PaddedDepthwiseConv2D"),
    (2, "nn.Conv2d(4, 8, 3, stride=(2, 1), padding=1, groups=4)", "adapters.GeneralConv2D"),
    (2, "nn.Conv2d(4, 6, 3, groups=2)", "layers.Conv2D"),
    (2, "nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2)", "adapters.GeneralConv2D"),
    *((2, f"nn.Conv2d(4, 6, 3, padding=1, padding_mode='{mode}')", "adapters.GeneralConv2D")
      for mode in ("reflect", "replicate", "circular")),
    (2, "nn.Conv2d(4, 6, 4, padding='same', padding_mode='reflect')", "adapters.GeneralConv2D"),
    (3, "nn.Conv3d(4, 6, 3)", "layers.Conv3D"), (3, "nn.Conv3d(4, 6, (1, 3, 3), padding=(0, 1, 1))", "layers.Conv3D"),
    (3, "nn.Conv3d(4, 6, 3, stride=(1, 2, 2), padding=1)", "adapters.PaddedConv3D"),
    (3, "nn.Conv3d(4, 8, 3, stride=2, padding=1, groups=4)", "adapters.GeneralConv3D"),
    (1, "nn.ConvTranspose1d(4, 6, 2, stride=2)", "layers.Conv1DTranspose"),
    (1, "nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1)", "adapters.PaddedConv1DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 2, stride=2)", "layers.Conv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 4, 2, 1, bias=False)", "layers.Conv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 2, stride=3)", "layers.Conv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1)", "layers.Conv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1)", "adapters.PaddedConv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=(2, 1), padding=(2, 0), bias=False)", "adapters.PaddedConv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, dilation=2)", "adapters.PaddedConv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)",
    "adapters.PaddedConv2DTranspose"),
    (2, "nn.ConvTranspose2d(4, 4, 4, stride=2, padding=1, dilation=2, groups=4)", "adapters.PaddedConv2DTranspose"),
    (3, "nn.ConvTranspose3d(4, 6, 2, stride=2)", "layers.Conv3DTranspose"),
    (3, "nn.ConvTranspose3d(4, 6, 3, stride=2, padding=1)", "adapters.PaddedConv3DTranspose"),
]


@pytest.mark.parametrize("rank, text, callee", CONVOLUTIONS, ids=[c[1] for c in CONVOLUTIONS])
def test_convolution(rank, text, callee, dtype):
    assert check_layer(text, SHAPES[rank], dtype) == callee


POOLINGS = [
    (2, "nn.MaxPool2d(2)", "layers.MaxPooling2D"), (2, "nn.MaxPool2d((3, 2), stride=(2, 1))", "layers.MaxPooling2D"),
    (2, "nn.MaxPool2d(3, 1, 1)", "layers.MaxPooling2D"), (2, "nn.MaxPool2d(3, 2, 1)", "adapters.PaddedMaxPooling2D"),
    (2, "nn.MaxPool2d(3, 2, ceil_mode=True)", "adapters.PaddedMaxPooling"),
    (2, "nn.MaxPool2d(2, ceil_mode=True, padding=1)", "adapters.PaddedMaxPooling"),
    (2, "nn.MaxPool2d(2, 3, ceil_mode=True)", "adapters.PaddedMaxPooling"),
    (2, "nn.MaxPool2d(3, 2, padding=1, dilation=2)", "adapters.PaddedMaxPooling"),
    (2, "nn.MaxPool2d(2, dilation=(2, 1), ceil_mode=True)", "adapters.PaddedMaxPooling"),
    (1, "nn.MaxPool1d(3, 2, 1)", "adapters.PaddedMaxPooling1D"), (1, "nn.MaxPool1d(2)", "layers.MaxPooling1D"),
    (3, "nn.MaxPool3d(2)", "layers.MaxPooling3D"), (3, "nn.MaxPool3d(3, 2, 1)", "adapters.PaddedMaxPooling3D"),
    (2, "nn.AvgPool2d(2)", "layers.AveragePooling2D"),
    (2, "nn.AvgPool2d(3, 1, 1, count_include_pad=False)", "layers.AveragePooling2D"),
    (2, "nn.AvgPool2d(3, 1, 1)", "adapters.PaddedAveragePooling2D"),
    (2, "nn.AvgPool2d(3, 2, 1)", "adapters.PaddedAveragePooling2D"),
    (2, "nn.AvgPool2d(3, 2, 1, count_include_pad=False)", "adapters.PaddedAveragePooling"),
    (2, "nn.AvgPool2d(3, 2, 1, ceil_mode=True)", "adapters.PaddedAveragePooling"),
    (2, "nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)", "adapters.PaddedAveragePooling"),
    (2, "nn.AvgPool2d(4, 3, 2, True, False)", "adapters.PaddedAveragePooling"),
    (2, "nn.AvgPool2d(3, 2, 1, divisor_override=5)", "adapters.PaddedAveragePooling"),
    (2, "nn.AvgPool2d(2, ceil_mode=True, divisor_override=3)", "adapters.PaddedAveragePooling"),
    (1, "nn.AvgPool1d(2)", "layers.AveragePooling1D"), (1, "nn.AvgPool1d(3, 2, 1)", "adapters.PaddedAveragePooling1D"),
    (3, "nn.AvgPool3d((1, 2, 2))", "layers.AveragePooling3D"),
    (3, "nn.AvgPool3d(3, 2, 1, count_include_pad=False)", "adapters.PaddedAveragePooling"),
    (2, "nn.LPPool2d(2, 2)", "adapters.LPPooling"), (2, "nn.LPPool2d(2, 3, stride=2, ceil_mode=True)",
    "adapters.LPPooling"),
    (1, "nn.LPPool1d(4, 2)", "adapters.LPPooling"), (3, "nn.LPPool3d(2, 2)", "adapters.LPPooling"),
    (1, "nn.AdaptiveAvgPool1d(1)", "layers.GlobalAveragePooling1D"),
    (2, "nn.AdaptiveAvgPool2d(1)", "layers.GlobalAveragePooling2D"),
    (2, "nn.AdaptiveAvgPool2d((1, 1))", "layers.GlobalAveragePooling2D"),
    (2, "nn.AdaptiveAvgPool2d((3, 2))", "adapters.AdaptiveAveragePooling"),
    (2, "nn.AdaptiveAvgPool2d(13)", "adapters.AdaptiveAveragePooling"),
    (2, "nn.AdaptiveAvgPool2d((None, 1))", "adapters.AdaptiveAveragePooling"),
    (3, "nn.AdaptiveAvgPool3d(1)", "layers.GlobalAveragePooling3D"),
    (3, "nn.AdaptiveAvgPool3d((4, 3, None))", "adapters.AdaptiveAveragePooling"),
    (1, "nn.AdaptiveMaxPool1d(1)", "layers.GlobalMaxPooling1D"),
    (2, "nn.AdaptiveMaxPool2d((4, 3))", "adapters.AdaptiveMaxPooling"),
    (3, "nn.AdaptiveMaxPool3d(2)", "adapters.AdaptiveMaxPooling"),
]


@pytest.mark.parametrize("rank, text, callee", POOLINGS, ids=[c[1] for c in POOLINGS])
def test_pooling(rank, text, callee, dtype, request):
    if rank == 3 and "Adaptive" not in text and dtype == "float64" and keras.backend.backend() == "tensorflow":
        request.applymarker(pytest.mark.xfail(strict=True, reason="TensorFlow has no pooling of 3 axes in float64"))
    assert check_layer(text, SHAPES[rank], dtype) == callee


@pytest.mark.parametrize("rank, text", [
    (2, "F.max_pool2d(x, 3, 2, 1, return_indices=True)"), (2, "F.max_pool2d_with_indices(x, 2, ceil_mode=True)"),
    (1, "F.max_pool1d(x, 2, return_indices=True)"), (3, "F.max_pool3d(x, 2, dilation=2, return_indices=True)"),
    (2, "F.adaptive_max_pool2d(x, (4, 3), return_indices=True)"), (1, "F.adaptive_max_pool1d(x, 4, True)")])
def test_places_of_maxima(rank, text, dtype):
    x = data(SHAPES[rank], dtype)
    values, indices = last(eval(text, {"F": torch.nn.functional, "x": first(torch.tensor(x))}))
    mine, places = execute(text, {"x": keras.ops.convert_to_tensor(x)})
    np.testing.assert_array_equal(to_numpy(mine), to_numpy(values))
    np.testing.assert_array_equal(to_numpy(places), to_numpy(indices))


@pytest.mark.parametrize("text", [
    "F.max_unpool2d(x, i, 2)", "F.max_unpool2d(x, i, 2, output_size=(9, 7))", "F.max_unpool2d(x, i, (2, 2), 2, 0)"])
def test_unpooling(text, dtype):
    image = data(SHAPES[2], dtype)
    values, indices = torch.nn.functional.max_pool2d(first(torch.tensor(image)), 2, return_indices=True)
    if "output_size" not in text:
        values, indices = torch.nn.functional.max_pool2d(first(torch.tensor(image[:, :8, :6])), 2, return_indices=True)
    places = to_numpy(last(indices))
    compare(
        lambda x: last(eval(text, {"F": torch.nn.functional, "x": first(x), "i": indices})),
        lambda x: execute(text, {"x": x, "i": keras.ops.convert_to_tensor(places)}), [to_numpy(last(values))],
        TOLERANCE[dtype])


NORMS = [
    (2, "nn.BatchNorm2d(4)", "layers.BatchNormalization"), (2, "nn.BatchNorm2d(4, eps=1e-3, momentum=0.01)",
    "layers.BatchNormalization"),
    (2, "nn.BatchNorm2d(4, affine=False)", "layers.BatchNormalization"), (1, "nn.BatchNorm1d(4)",
    "layers.BatchNormalization"),
    (3, "nn.BatchNorm3d(4, bias=False)", "layers.BatchNormalization"),
    (2, "nn.BatchNorm2d(4, track_running_stats=False)", "adapters.UnbiasedBatchNormalization"),
    (2, "nn.BatchNorm2d(4, momentum=None)", "adapters.UnbiasedBatchNormalization"),
    (2, "nn.InstanceNorm2d(4)", "layers.GroupNormalization"), (1, "nn.InstanceNorm1d(4, affine=True)",
    "layers.GroupNormalization"),
    (2, "nn.InstanceNorm2d(4, affine=True, track_running_stats=True)", "adapters.InstanceNorm"),
    (2, "nn.GroupNorm(2, 4)", "layers.GroupNormalization"), (2, "nn.GroupNorm(1, 4, affine=False)",
    "layers.GroupNormalization"),
    (1, "nn.GroupNorm(4, 4, eps=1e-3)", "layers.GroupNormalization"),
    (2, "nn.LocalResponseNorm(3)", "adapters.LocalResponseNorm"), (2, "nn.LocalResponseNorm(2, 0.01, 0.5, 2.0)",
    "adapters.LocalResponseNorm"),
    (1, "nn.LocalResponseNorm(3, alpha=0.1)", "adapters.LocalResponseNorm"),
]


@pytest.mark.parametrize("rank, text, callee", NORMS, ids=[c[1] for c in NORMS])
def test_norm(rank, text, callee, dtype):
    assert check_layer(text, SHAPES[rank], dtype) == callee


@pytest.mark.parametrize("text", ["nn.BatchNorm2d(4)", "nn.BatchNorm2d(4, track_running_stats=False)",
                                  "nn.InstanceNorm2d(4, affine=True, track_running_stats=True)"])
def test_norm_in_training(text, dtype):
    check_layer(text, SHAPES[2], dtype, training=True)


@pytest.mark.parametrize("momentum", [0.1, 0.5, None])
@pytest.mark.parametrize("kind", ["batch", "instance"])
def test_running_statistics_are_unbiased(kind, momentum, dtype):
    if kind == "instance" and momentum is None:
        pytest.skip("torch takes None for 0 there")
    name = {"batch": "UnbiasedBatchNormalization", "instance": "InstanceNorm"}[kind]
    source = {"batch": torch.nn.BatchNorm2d, "instance": torch.nn.InstanceNorm2d}[kind]
    module = source(4, momentum=momentum, track_running_stats=True)
    layer = target(f"adapters.{name}")(None if momentum is None else 1 - momentum, track_running_stats=True)
    for seed in range(3):
        x = data(SHAPES[2], dtype, seed)
        module(first(torch.tensor(x)))
        layer(keras.ops.convert_to_tensor(x), training=True)
    for mine, theirs in ((layer.moving_mean, module.running_mean), (layer.moving_variance, module.running_var)):
        np.testing.assert_allclose(to_numpy(mine), to_numpy(theirs), rtol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("text, callee", [
    ("nn.LayerNorm(4)", "layers.LayerNormalization"), ("nn.LayerNorm((4,), eps=1e-6)", "layers.LayerNormalization"),
    ("nn.LayerNorm(4, elementwise_affine=False)", "layers.LayerNormalization"),
    ("nn.LayerNorm(4, bias=False)", "layers.LayerNormalization"), ("nn.LayerNorm([7, 4])", "adapters.LayerNorm"),
    ("nn.LayerNorm((9, 7, 4), elementwise_affine=False)", "adapters.LayerNorm"),
    ("nn.RMSNorm(4)", "layers.RMSNormalization"), ("nn.RMSNorm(4, eps=1e-5)", "layers.RMSNormalization"),
    ("nn.RMSNorm(4, elementwise_affine=False)", "adapters.RMSNorm"), ("nn.RMSNorm((7, 4), 1e-6)", "adapters.RMSNorm"),
    ("nn.Linear(4, 3)", "layers.Dense"), ("nn.Linear(4, 3, bias=False)", "layers.Dense"),
    ("nn.Flatten(1, 2)", "adapters.FlattenAxes"), ("nn.Flatten()", "layers.Flatten"), ("nn.Flatten(0)",
    "adapters.FlattenAxes"),
    ("nn.Unflatten(1, (3, 3))", "adapters.Unflatten"), ("nn.Unflatten(-1, (2, -1))", "adapters.Unflatten"),
    ("nn.Identity()", "layers.Identity"), ("nn.Identity(54, unused=1)", "layers.Identity")])
def test_layer_in_source_order(text, callee, dtype):
    assert check_layer(text, SHAPES[2], dtype, channels_last=False) == callee
