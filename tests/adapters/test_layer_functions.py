"""Activations, functions, padding and resizing as the catalog lowers them, against torch."""

import keras
import numpy as np
import pytest
import torch
from lowered import (
    SHAPES,
    ParameterRule,
    bound,
    check_layer,
    compare,
    data,
    execute,
    first,
    last,
    lower,
    target,
    tolerance,
)
from paired import TOLERANCE, compare_layers, to_numpy

ACTIVATIONS = [
    "nn.ReLU()", "nn.ReLU6()", "nn.LeakyReLU()", "nn.LeakyReLU(0.2)", "nn.ELU()", "nn.ELU(0.5)",
    "nn.CELU()", "nn.CELU(2.0)", "nn.SELU()", "nn.GELU()", "nn.GELU('tanh')", "nn.SiLU()", "nn.Mish()",
    "nn.Sigmoid()", "nn.Tanh()",
    "nn.Softsign()", "nn.Tanhshrink()", "nn.LogSigmoid()", "nn.Hardswish()", "nn.Hardsigmoid()", "nn.Hardtanh()",
    "nn.Hardtanh(-0.5, 0.7)", "nn.Hardshrink()", "nn.Hardshrink(0.2)", "nn.Softshrink()", "nn.Softshrink(0.2)",
    "nn.Softplus()",
    "nn.Softplus(2.0, 1.0)", "nn.Threshold(0.1, 20.0)", "nn.RReLU()", "nn.PReLU()", "nn.Softmax(dim=-1)",
    "nn.Softmax(1)",
    "nn.LogSoftmax(dim=-1)", "nn.LogSoftmax(1)", "nn.Softmin(dim=2)", "nn.GLU()", "nn.GLU(1)", "nn.Dropout()",
    "nn.AlphaDropout(0.2)"]


@pytest.mark.parametrize("text", ACTIVATIONS)
def test_activation(text, dtype):
    check_layer(text, (3, 8, 4), dtype, channels_last=False)


@pytest.mark.parametrize("text", ["nn.PReLU(4)", "nn.Softmax2d()", "nn.Dropout2d()", "nn.FeatureAlphaDropout()"])
def test_channel_layer(text, dtype):
    check_layer(text, SHAPES[2], dtype)


FUNCTIONS = [
    "F.relu(x)", "torch.relu(x)", "F.relu6(x)", "F.leaky_relu(x, 0.1)", "F.leaky_relu(x)", "F.elu(x, 0.5)",
    "F.elu(x)", "F.celu(x, 2.0)", "F.selu(x)",
    "F.gelu(x)", "F.gelu(x, approximate='tanh')", "F.silu(x)", "F.mish(x)", "torch.sigmoid(x)", "torch.tanh(x)",
    "F.softsign(x)",
    "F.tanhshrink(x)", "F.logsigmoid(x)", "F.hardswish(x)", "F.hardsigmoid(x)", "F.hardtanh(x)",
    "F.hardtanh(x, 0.0, 6.0)",
    "F.hardshrink(x)", "F.hardshrink(x, 0.2)", "F.softshrink(x, 0.2)", "F.softplus(x)", "F.softplus(x, 3, 2)",
    "F.threshold(x, 0.1, 9.0)",
    "F.rrelu(x)", "F.softmax(x, dim=-1)", "F.softmax(x, 1)", "F.log_softmax(x, dim=1)", "F.softmin(x, dim=2)",
    "F.glu(x)",
    "F.glu(x, 1)", "F.dropout(x, 0.5, False)", "F.alpha_dropout(x)"]


@pytest.mark.parametrize("framework", ["keras", "tensorflow"])
@pytest.mark.parametrize("text", FUNCTIONS)
def test_function(text, framework, dtype):
    if framework == "tensorflow" and keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow's functions run on its own tensors")
    entry, _ = bound(text)
    compare(lambda x: eval(text, {"F": torch.nn.functional, "torch": torch, "x": x}),
                      lambda x: execute(text, {"x": x}, framework), [data((3, 8, 4), dtype)], tolerance(entry, dtype))


IMAGE_FUNCTIONS = [
    "F.max_pool2d(x, 2)", "F.max_pool2d(x, 3, 2, 1)", "F.max_pool2d(x, 3, stride=1, padding=1)",
    "F.avg_pool2d(x, 2)", "F.avg_pool2d(x, 3, 2, 1)",
    "F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)",
    "F.adaptive_avg_pool2d(x, 1)", "F.adaptive_avg_pool2d(x, (1, 1))", "F.adaptive_avg_pool2d(x, (3, None))",
    "F.adaptive_max_pool2d(x, 1)",
    "F.lp_pool2d(x, 2, 2)", "F.pixel_shuffle(x, 2)", "F.channel_shuffle(x, 2)", "F.local_response_norm(x, 3)",
    "F.dropout2d(x, 0.5, False)", "F.instance_norm(x)", "F.group_norm(x, 2)", "F.feature_alpha_dropout(x)"]


@pytest.mark.parametrize("framework", ["keras", "tensorflow"])
@pytest.mark.parametrize("text", IMAGE_FUNCTIONS)
def test_image_function(text, framework, dtype):
    if framework == "tensorflow" and keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow's functions run on its own tensors")
    compare(lambda x: last(eval(text, {"F": torch.nn.functional, "x": first(x)})),
                      lambda x: execute(text, {"x": x}, framework), [data(SHAPES[2], dtype)], TOLERANCE[dtype])


@pytest.mark.parametrize("text, weights", [
    ("F.conv2d(x, w, b, 2, 1)", [(6, 4, 3, 3), (6,)]), ("F.conv2d(x, w)", [(6, 4, 2, 3)]),
    ("F.conv2d(x, w, padding='same', dilation=2)", [(6, 4, 3, 3)]), ("F.conv2d(x, w, b, groups=4)", [(4, 1, 3, 3),
    (4,)]),
    ("F.conv2d(x, w, stride=(1, 2), groups=2, padding=1)", [(6, 2, 3, 3)]),
    ("F.conv_transpose2d(x, w, b, 2, 1, 1)", [(4, 6, 3, 3), (6,)]), ("F.conv_transpose2d(x, w, groups=2)",
    [(4, 3, 3, 3)]),
    ("F.batch_norm(x, None, None, m, v, True)", [(4,), (4,)]),
    ("F.instance_norm(x, None, None, m, v)", [(4,), (4,)]), ("F.group_norm(x, 2, m, v, 1e-3)", [(4,), (4,)]),
    ("F.prelu(x, m)", [(4,)]), ("F.prelu(x, m)", [(1,)])])
def test_function_with_weights(text, weights, dtype):
    names = ["x", *(["w", "b"] if "w" in text.replace("None", "") else ["m", "v", "b"])]
    inputs = [data(SHAPES[2], dtype), *(np.abs(data(shape, dtype, i)) + 0.1 for i, shape in enumerate(weights))]
    facts = dict(zip(names, inputs, strict=False))

    def theirs(*tensors):
        space = dict(zip(facts, tensors, strict=True))
        return last(eval(text, {"F": torch.nn.functional, **space, "x": first(space["x"])}))

    compare(theirs, lambda *tensors: execute(text, dict(zip(facts, tensors, strict=True))),
                      list(facts.values()), TOLERANCE[dtype])


@pytest.mark.parametrize("text, weights", [
    ("F.layer_norm(x, (4,))", []), ("F.layer_norm(x, (7, 4), w, b, 1e-3)", [(7, 4), (7, 4)]),
    ("F.layer_norm(x, (4,), w, b)", [(4,), (4,)]),
    ("F.layer_norm(x, [4], w)", [(4,)]), ("F.rms_norm(x, (4,))", []), ("F.rms_norm(x, (4,), w, 1e-5)", [(4,)]),
    ("F.rms_norm(x, (7, 4), w)", [(7, 4)]), 
    ("F.cosine_similarity(x, w)", [(2, 9, 7, 4)]), ("F.cosine_similarity(x, w, dim=-1)", [(2, 9, 7, 4)]),
    ("F.pairwise_distance(x, w)", [(2, 9, 7, 4)]), ("F.pairwise_distance(x, w, 1.0, keepdim=True)", [(2, 9, 7, 4)]),
    ("F.pairwise_distance(x, w, 3.0)", [(2, 9, 7, 4)]), ("F.bilinear(x, w, b)", [(2, 9, 7, 3), (5, 4, 3)])])
def test_function_in_source_order(text, weights, dtype):
    entry, _ = bound(text)
    names = ["x", "w", "b"][: 1 + len(weights)]
    inputs = [data(SHAPES[2], dtype), *(data(shape, dtype, 1 + i) for i, shape in enumerate(weights))]
    compare(lambda *tensors: eval(text, {"F": torch.nn.functional, **dict(zip(names, tensors, strict=True))}),
                      lambda *tensors: execute(text, dict(zip(names, tensors, strict=True))), inputs,
                      tolerance(entry, dtype))


def test_batch_norm_with_given_statistics(dtype):
    x, mean, variance, weight, bias = (np.abs(data(shape, dtype, i)) + 0.1
                                       for i, shape in enumerate([SHAPES[2], *[(4,)] * 4]))
    statistics = torch.tensor(mean), torch.tensor(variance)
    text = "F.batch_norm(x, m, v, w, b, eps=1e-3)"
    given = {"m": keras.ops.convert_to_tensor(mean), "v": keras.ops.convert_to_tensor(variance)}
    compare(lambda x, w, b: last(torch.nn.functional.batch_norm(first(x), *statistics, w, b, eps=1e-3)),
            lambda x, w, b: execute(text, {"x": x, "w": w, "b": b, **given}), [x, weight, bias],
            TOLERANCE[dtype])


@pytest.mark.parametrize("text, callee", [
    ("F.pad(x, (1, 2))", "adapters.pad"), ("F.pad(x, (1, 2, 0, 3), value=0.5)", "adapters.pad"),
    ("F.pad(x, (-1, 2, 1, -2))", "adapters.pad"), ("F.pad(x, (1, 1, 2, 2), 'circular')", "adapters.pad")])
def test_pad(text, callee, dtype):
    facts = {"axes": [3, 2, 1, 0]}
    assert lower(text, **facts)[2].signature.callee == callee
    compare(lambda x: eval(text, {"F": torch.nn.functional, "x": x}), lambda x: execute(text, {"x": x}, **facts),
            [data(SHAPES[2], dtype)], TOLERANCE[dtype])


@pytest.mark.parametrize("arguments, pads, callee", [
    ("(1, 2, 0, 3), value=0.5", (0, 3, 1, 2), "ops.pad"), ("(1, 2, 0, 3), 'reflect'", (0, 3, 1, 2), "ops.pad"),
    ("(1, 2, 0, 3), 'replicate'", (0, 3, 1, 2), "adapters.pad_axes"),
    ("(-1, 2, 1, -2)", (1, -2, -1, 2), "adapters.pad_axes")])
def test_pad_written_out(arguments, pads, callee, dtype):
    """A pass has ordered the pads by stored axis."""
    facts = {"pad": ((0, 0), pads[:2], pads[2:], (0, 0))}
    text = f"F.pad(x, {arguments})"
    assert lower(text, **facts)[2].signature.callee == callee
    compare(lambda x: last(eval(text, {"F": torch.nn.functional, "x": first(x)})),
            lambda x: execute(text, {"x": x}, **facts), [data(SHAPES[2], dtype)], TOLERANCE[dtype])


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("pad", [(1, 2), (2, 1, 0, 3), (0, 0, 4, 2), (-1, 2, 1, -1)])
def test_pad_by_axes(mode, pad, dtype):
    """Pads of channels-first images, applied to channels-last ones."""
    if mode != "constant" and len(pad) < 4:
        pad = (*pad, 0, 0)
    adapter = target("adapters.pad")
    compare(lambda x: last(torch.nn.functional.pad(first(x), pad, mode)),
                      lambda x: adapter(x, pad, axes=[2, 1, 3, 0], mode=mode), [data(SHAPES[2], dtype)],
                      TOLERANCE[dtype])


PADDINGS = [
    (2, "nn.ZeroPad2d(1)", "layers.ZeroPadding2D"), (2, "nn.ZeroPad2d((1, 2, 3, 0))", "layers.ZeroPadding2D"),
    (2, "nn.ZeroPad2d((1, 1, 2, 2))", "layers.ZeroPadding2D"), (2, "nn.ZeroPad2d((-1, 2, 0, -3))",
    "adapters.SpatialPadding"),
    (1, "nn.ZeroPad1d((1, 2))", "layers.ZeroPadding1D"), (3, "nn.ZeroPad3d((1, 0, 2, 1, 0, 3))",
    "layers.ZeroPadding3D"),
    (2, "nn.ConstantPad2d(2, 0.5)", "adapters.SpatialPadding"), (1, "nn.ConstantPad1d((0, 3), 0)",
    "layers.ZeroPadding1D"),
    (3, "nn.ConstantPad3d(1, -1.0)", "adapters.SpatialPadding"), (2, "nn.ReflectionPad2d(3)",
    "adapters.SpatialPadding"),
    (2, "nn.ReflectionPad2d((1, 2, 3, 0))", "adapters.SpatialPadding"), (1, "nn.ReflectionPad1d((4, 1))",
    "adapters.SpatialPadding"),
    (3, "nn.ReflectionPad3d(2)", "adapters.SpatialPadding"), (2, "nn.ReplicationPad2d((1, 2, 3, 9))",
    "adapters.SpatialPadding"),
    (1, "nn.ReplicationPad1d(12)", "adapters.SpatialPadding"), (3, "nn.ReplicationPad3d(1)", "adapters.SpatialPadding"),
    (2, "nn.CircularPad2d((1, 2, 3, 0))", "adapters.SpatialPadding"), (1, "nn.CircularPad1d(2)",
    "adapters.SpatialPadding"),
    (3, "nn.CircularPad3d((1, 1, 0, 2, 1, 0))", "adapters.SpatialPadding"),
]


@pytest.mark.parametrize("rank, text, callee", PADDINGS, ids=[c[1] for c in PADDINGS])
def test_padding(rank, text, callee, dtype):
    assert check_layer(text, SHAPES[rank], dtype) == callee


RESIZES = [
    "scale_factor=2", "scale_factor=2, mode='bilinear'", "scale_factor=2, mode='bilinear', align_corners=True",
    "size=(5, 13)",
    "size=(5, 13), mode='nearest-exact'", "scale_factor=1.7, mode='nearest'", "scale_factor=1.7, mode='nearest-exact'",
    "scale_factor=(0.6, 2.3), mode='bilinear'", "scale_factor=1.7, mode='bilinear', recompute_scale_factor=True",
    "size=(5, 13), mode='bilinear'", "size=(1, 13), mode='bilinear', align_corners=True", "size=20, mode='bicubic'",
    "scale_factor=0.55, mode='bicubic'", "size=(5, 13), mode='bicubic', align_corners=True", "size=(4, 3), mode='area'",
    "scale_factor=0.5, mode='area'", "size=(4, 3), mode='bilinear', antialias=True",
    "size=(4, 13), mode='bicubic', antialias=True",
    "scale_factor=0.4, mode='bilinear', antialias=True"]


@pytest.mark.parametrize("arguments", RESIZES)
def test_interpolate(arguments, dtype):
    text = f"F.interpolate(x, {arguments})"
    compare(lambda x: last(eval(text, {"F": torch.nn.functional, "x": first(x)})),
                      lambda x: execute(text, {"x": x}), [data(SHAPES[2], dtype)], TOLERANCE[dtype])


@pytest.mark.parametrize("rank, arguments", [
    (1, "scale_factor=3"), (1, "size=5, mode='linear'"), (3, "scale_factor=2"),
    (3, "scale_factor=1.5, mode='trilinear'"),
    (3, "size=(3, 7, 4), mode='trilinear', align_corners=True"), (1, "scale_factor=0.5, mode='area'")])
def test_interpolate_other_ranks(rank, arguments, dtype):
    text = f"F.interpolate(x, {arguments})"
    compare(lambda x: last(eval(text, {"F": torch.nn.functional, "x": first(x)})),
                      lambda x: execute(text, {"x": x}), [data(SHAPES[rank], dtype)], TOLERANCE[dtype])


@pytest.mark.parametrize("size", range(1, 40, 3))
@pytest.mark.parametrize("factor", [1.1, 1.25, 4 / 3, 2.7, 0.3, 0.75])
def test_nearest_places(size, factor):
    """The rounding of places is torch's."""
    x = np.arange(size, dtype="float32").reshape(1, size, 1)
    if int(size * factor) == 0:
        pytest.skip("empty")
    for mode in ("nearest", "nearest-exact"):
        for options in ({"scale_factor": factor}, {"size": int(size * factor)}):
            expected = torch.nn.functional.interpolate(first(torch.tensor(x)), mode=mode, **options)
            actual = target("adapters.interpolate")(keras.ops.convert_to_tensor(x), mode=mode, **options)
            np.testing.assert_array_equal(to_numpy(actual), to_numpy(last(expected)))


@pytest.mark.parametrize("rank, text, callee", [
    (2, "nn.Upsample(scale_factor=2)", "layers.UpSampling2D"), (1, "nn.Upsample(scale_factor=3)",
    "layers.UpSampling1D"),
    (3, "nn.Upsample(scale_factor=2)", "layers.UpSampling3D"), (2, "nn.Upsample(scale_factor=(2, 3))",
    "layers.UpSampling2D"),
    (2, "nn.Upsample(scale_factor=2, mode='bilinear')", "layers.UpSampling2D"),
    (2, "nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)", "adapters.Upsample"),
    (2, "nn.Upsample(size=(5, 13))", "adapters.Upsample"), (2, "nn.Upsample(scale_factor=1.5)", "adapters.Upsample"),
    (2, "nn.UpsamplingNearest2d(scale_factor=2)", "layers.UpSampling2D"), (2, "nn.UpsamplingBilinear2d(size=13)",
    "adapters.Upsample")])
def test_upsample(rank, text, callee, dtype):
    assert check_layer(text, SHAPES[rank], dtype, ndim=rank) == callee


def test_upsample_of_unknown_rank():
    assert lower("nn.Upsample(scale_factor=2)")[2].signature.callee == "adapters.Upsample"


@pytest.mark.parametrize("text, shape", [
    ("nn.PixelShuffle(2)", (2, 3, 5, 12)), ("nn.PixelUnshuffle(3)", (2, 6, 9, 2)), ("nn.ChannelShuffle(3)",
    (2, 3, 4, 12))])
def test_shuffle(text, shape, dtype):
    check_layer(text, shape, dtype)


@pytest.mark.parametrize("text, shape", [
    ("nn.Unfold(3)", (2, 3, 6, 7)), ("nn.Unfold((2, 3), dilation=2, padding=1, stride=(1, 2))", (2, 3, 6, 7)),
    ("nn.Fold((6, 7), 3)", (2, 27, 20)), ("nn.Fold((6, 7), (2, 3), dilation=2, padding=1, stride=(1, 2))",
    (2, 18, 18))])
def test_sliding_blocks(text, shape, dtype):
    check_layer(text, shape, dtype, channels_last=False)


def test_bilinear_layer(dtype):
    module, layer = torch.nn.Bilinear(4, 3, 5), execute("nn.Bilinear(4, 3, 5)", {})
    rule_entry = bound("nn.Bilinear(4, 3, 5)")[0]
    rule = ParameterRule(rule_entry, layer)
    rule.shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    compare_layers(module, layer, rule, [data((2, 6, 4), dtype), data((2, 6, 3), dtype)], dtype)


@pytest.mark.parametrize("text", ["nn.CosineSimilarity()", "nn.CosineSimilarity(dim=-1)", "nn.PairwiseDistance()",
                                  "nn.PairwiseDistance(1.0, keepdim=True)"])
def test_layer_of_two_inputs(text, dtype):
    compare(eval(text, {"nn": torch.nn}), execute(text, {}), [data((3, 4, 5), dtype), data((3, 4, 5), dtype, 1)],
                      TOLERANCE[dtype])
