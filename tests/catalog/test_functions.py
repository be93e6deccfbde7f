"""Tensor functions whose conformance needs more than equal arguments: storage, randomness, kinds of arguments."""

from __future__ import annotations

import einops.layers.torch
import keras
import numpy as np
import pytest
import torch
from evaluating import Adapters, assert_close
from keras import ops

from tensorglot.catalog import registry
from tensorglot.catalog.binding import bind, choose
from tensorglot.catalog.codecs import Decline
from tensorglot.catalog.known import Known, knowing, known, note_seen, recorded
from tensorglot.pivot.nodes import Host, Op, const
from tensorglot.pivot.nodes import name as dotted

adapters = Adapters()
rng = np.random.default_rng(1)


def resolve(callee, *args, **keywords):
    """Name and arguments of the entry to which a torch call binds."""
    for entry in registry.lookup("torch", callee):
        for signature in entry.signatures["torch"]:
            if signature.callee == callee:
                try:
                    return entry.name, bind(signature, list(args), keywords).args
                except Decline:
                    continue
    return None, None


class TestOverloads:
    """What an argument is decides which op a call means; where it is not known, nothing is guessed."""

    x = dotted("x")

    @pytest.mark.parametrize(("kind", "op"), [("tensor", "maximum"), ("number", "max_dim"), (None, None)])
    def test_max(self, kind, op):
        y = dotted("y")
        with knowing(lambda value: Known(kind if value is y else None)):
            assert resolve("torch.max", self.x, y)[0] == op

    @pytest.mark.parametrize(("kind", "op"), [("dtype", "cast"), ("device", "identity"), ("tensor", "cast_like"),
                                              (None, "to")])
    def test_to(self, kind, op):
        y = dotted("y")
        with knowing(lambda value: Known(kind if value is y else None)):
            assert resolve("Tensor.to", self.x, y)[0] == op

    def test_to_device_and_dtype(self):
        assert resolve("Tensor.to", self.x, const("cuda:0"), const("float16")) == (
            "cast", {"x": self.x, "dtype": "float16"})

    def test_sizes(self):
        n = dotted("n")
        assert resolve("Tensor.view", self.x, const(2), const(-1))[1]["shape"][1].fields["op"] == "USub"
        assert resolve("Tensor.view", self.x, const((2, -1)))[1]["shape"] == (2, -1)
        assert resolve("Tensor.view", self.x, n) == (None, None)
        with knowing(lambda value: Known("sequence")):
            assert resolve("Tensor.view", self.x, n)[1]["shape"] is n
        with knowing(lambda value: Known("number")):
            assert resolve("Tensor.view", self.x, n)[1]["shape"] == (n,)

    def test_nodes_tell_their_kind(self):
        assert known(Op("dtype", {"x": self.x})).kind == "dtype"
        assert known(Op("device_of", {})).kind == "device"
        assert known(Op("shape", {"x": self.x})).kind == "sequence"

    def test_recorded_values(self):
        table = {3: {"dtype": "int64", "shape": [2]}}
        assert recorded({"t": 3}, table) == Known("tensor", "int64", (2,))
        assert recorded({"tu": [1, 2]}).kind == "sequence"
        assert recorded({"ref": "framework.float16"}).kind == "dtype"
        assert recorded({"py": "device"}).kind == "device"
        seen: dict[int, Known] = {}
        key = Host("Tuple", {"elts": [const(0), dotted("i")]})
        note_seen(key, {"tu": [0, {"t": 3}]}, table, seen)
        assert seen[id(key.fields["elts"][1])].dtype == "int64"


class TestPromotion:
    """Operators stay only where the target's operators need not promote."""

    def lowered(self, op, left, right, x="x", y="y"):
        x, y = (dotted(v) if isinstance(v, str) else v for v in (x, y))
        facts = {id(x): left, id(y): right}
        with knowing(lambda value: facts.get(id(value)) or Known()):
            return choose(registry.entry("function", op), "keras", {"x": x, "y": y}, ["x", "y"])[0].signature.callee

    def test_same_floats(self):
        assert self.lowered("add", Known("tensor", "float32"), Known("tensor", "float32")) == "operator.add"

    def test_mixed(self):
        assert self.lowered("add", Known("tensor", "int64"), Known("tensor", "float32")) == "ops.add"
        assert self.lowered("multiply", Known("tensor", "int64"), None, y=0.5) == "ops.multiply"
        assert self.lowered("multiply", Known("tensor", "int64"), None, y=2) == "operator.mul"

    def test_division_of_integers(self):
        assert self.lowered("divide", Known("tensor", "int64"), None, y=2) == "ops.divide"


GRIDS = [(mode, padding, corners) for mode in ("bilinear", "nearest", "bicubic")
         for padding in ("zeros", "border", "reflection") for corners in (False, True)]


@pytest.mark.parametrize(("mode", "padding", "corners"), GRIDS)
@pytest.mark.parametrize("spatial", [(5, 4), (3, 4, 5)])
def test_grid_sample(mode, padding, corners, spatial):
    if mode == "bicubic" and len(spatial) == 3:
        pytest.skip("the source has no tricubic interpolation")
    x = rng.standard_normal((2, 3, *spatial))
    grid = rng.uniform(-1.7, 1.7, (2, *[n + 1 for n in spatial], len(spatial)))
    xt, gt = torch.tensor(x, requires_grad=True), torch.tensor(grid, requires_grad=True)
    wanted = torch.nn.functional.grid_sample(xt, gt, mode, padding, corners)
    last = (0, *range(2, x.ndim), 1)
    image, places = ops.convert_to_tensor(x.transpose(last)), ops.convert_to_tensor(grid)
    got = adapters.grid_sample(image, places, mode, padding, corners)
    assert_close(np.asarray(got), wanted.detach().numpy().transpose(last), 1e-12, mode)
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    xk, gk = tf.constant(x.transpose(last)), tf.constant(grid)
    weight = rng.standard_normal(got.shape)
    with tf.GradientTape() as tape:
        tape.watch([xk, gk])
        total = tf.reduce_sum(adapters.grid_sample(xk, gk, mode, padding, corners) * weight)
    dx, dgrid = tape.gradient(total, [xk, gk])
    back = np.argsort(last)
    wx, wgrid = torch.autograd.grad((wanted * torch.tensor(weight.transpose(back))).sum(), [xt, gt])
    assert_close(tf.convert_to_tensor(dx).numpy(), wx.numpy().transpose(last), 1e-10, "d/dx")
    if mode != "nearest":
        assert_close(dgrid.numpy(), wgrid.numpy(), 1e-10, "d/dgrid")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.function")
def test_grid_sample_of_unknown_sizes():
    import tensorflow as tf

    x, grid = rng.standard_normal((2, 5, 4, 3)), rng.uniform(-1, 1, (2, 3, 3, 2))
    traced = tf.function(lambda a, b: adapters.grid_sample(a, b, align_corners=False), input_signature=[
        tf.TensorSpec([None, None, None, 3], "float64"), tf.TensorSpec([None, None, None, 2], "float64")])
    eager = adapters.grid_sample(tf.constant(x), tf.constant(grid), align_corners=False)
    np.testing.assert_allclose(traced(x, grid), eager, atol=1e-12)


class TestRandom:
    """Distributions, by moments of many draws."""

    def test_multinomial(self):
        weights = np.array([[0.1, 0.0, 0.6, 0.3]] * 4000, dtype="float32")
        drawn = np.asarray(adapters.multinomial(ops.convert_to_tensor(weights), 1))
        assert np.abs(np.bincount(drawn[:, 0], minlength=4) / 4000 - weights[0]).max() < 0.03
        several = np.asarray(adapters.multinomial(ops.convert_to_tensor(weights[:50]), 3))
        assert (np.sort(several) == [0, 2, 3]).all()
        again = np.asarray(adapters.multinomial(ops.convert_to_tensor(weights[0]), 5000, True))
        assert np.abs(np.bincount(again, minlength=4) / 5000 - weights[0]).max() < 0.03

    def test_bernoulli(self):
        assert abs(float(ops.mean(adapters.bernoulli(ops.full((5000,), 0.3)))) - 0.3) < 0.03

    def test_exponential(self):
        assert abs(float(ops.mean(adapters.exponential_like(ops.zeros((5000,)), 4.0))) - 0.25) < 0.02

    def test_filled(self):
        drawn = np.asarray(adapters.normal_like(ops.zeros((5000,)), 2.0, 3.0))
        assert abs(drawn.mean() - 2) < 0.2 and abs(drawn.std() - 3) < 0.2
        drawn = np.asarray(adapters.uniform_like(ops.zeros((5000,)), -1.0, 3.0))
        assert abs(drawn.mean() - 1) < 0.1 and drawn.min() >= -1 and drawn.max() < 3

    def test_to(self):
        x = ops.ones((2,))
        for other, dtype in (("int32", "int32"), (ops.ones((1,), "float16"), "float16"), ("cuda:0", "float32"),
                             (None, "float32")):
            assert adapters.to(x, other).dtype == dtype

    def test_normal(self):
        drawn = np.asarray(adapters.normal(ops.full((5000,), 2.0), 3.0))
        assert abs(drawn.mean() - 2) < 0.2 and abs(drawn.std() - 3) < 0.2

    def test_attention_dropout(self):
        q = ops.ones((1, 1, 200, 8))
        kept = adapters.scaled_dot_product_attention(q, q, ops.ones((1, 1, 200, 400)), dropout=0.5)
        assert abs(float(ops.mean(kept)) - 1) < 0.05 and float(ops.std(kept)) > 0.01


def suppressed(boxes, scores, threshold):
    """Non-maximum suppression, box by box."""
    kept = []
    for i in np.argsort(-scores):
        def overlap(j, i=i):
            sides = np.minimum(boxes[i, 2:], boxes[j, 2:]) - np.maximum(boxes[i, :2], boxes[j, :2])
            common = np.prod(np.maximum(sides, 0))
            return common / (np.prod(boxes[i, 2:] - boxes[i, :2]) + np.prod(boxes[j, 2:] - boxes[j, :2]) - common)
        if all(overlap(j) <= threshold for j in kept):
            kept.append(int(i))
    return kept


@pytest.mark.parametrize("threshold", [0.1, 0.5])
@pytest.mark.parametrize("count", [1, 40])
def test_non_maximum_suppression(count, threshold):
    low = rng.uniform(0, 10, (count, 2))
    boxes = np.concatenate([low, low + rng.uniform(1, 6, (count, 2))], 1).astype("float32")
    scores = rng.uniform(0, 1, count).astype("float32")
    got = adapters.nms(ops.convert_to_tensor(boxes), ops.convert_to_tensor(scores), threshold)
    assert ops.convert_to_numpy(got).tolist() == suppressed(boxes, scores, threshold)
    assert resolve("torch.ops.torchvision.nms", "boxes", "scores", threshold)[0] == "nms"


def test_non_maximum_suppression_of_nothing():
    assert tuple(adapters.nms(ops.zeros((0, 4)), ops.zeros((0,)), 0.5).shape) == (0,)


@pytest.mark.parametrize("value", [3, (1, 2), [4, 5, 6], range(2)])
def test_tuples_of_a_number(value):
    from torch.nn.modules import utils

    assert adapters.ntuple(value, 2) == utils._pair(value)
    assert adapters.ntuple(value, 3) == utils._triple(value)
    assert resolve("nn._pair", value) == ("ntuple", {"x": value, "n": 2})


def test_dtype_limits():
    for name in ("float16", "bfloat16", "float32", "float64"):
        got, wanted = adapters.dtype_limits(name), torch.finfo(getattr(torch, name))
        assert (float(got.max), float(got.min), float(got.eps), float(got.tiny), got.bits) == (
            wanted.max, wanted.min, wanted.eps, wanted.tiny, wanted.bits)
    assert adapters.dtype_limits(ops.zeros((1,), "int32").dtype).max == torch.iinfo(torch.int32).max


def test_split_of_computed_sizes():
    x = rng.standard_normal((2, 6))
    parts = adapters.split_sizes(ops.convert_to_tensor(x), [1, 2, 3], -1)
    for got, wanted in zip(parts, torch.tensor(x).split([1, 2, 3], -1), strict=True):
        np.testing.assert_array_equal(np.asarray(got), wanted.numpy())


class TestEinopsLayers:
    """einops' layers as Keras layers: values, configuration."""

    x = rng.standard_normal((2, 3, 4)).astype("float32")

    def check(self, layer, source):
        again = type(layer).from_config(layer.get_config())
        for made in (layer, again):
            np.testing.assert_allclose(np.asarray(made(ops.convert_to_tensor(self.x))), source(torch.tensor(self.x)),
                                       rtol=1e-6)

    def test_rearrange(self):
        self.check(adapters.Rearrange("b c (h w) -> b h w c", h=2),
                   einops.layers.torch.Rearrange("b c (h w) -> b h w c", h=2))

    def test_reduce(self):
        self.check(adapters.Reduce("b c (h w) -> b c h", "mean", w=2),
                   einops.layers.torch.Reduce("b c (h w) -> b c h", "mean", w=2))

    def test_signatures(self):
        name, args = None, None
        for entry in registry.lookup("torch", "einops.layers.Rearrange"):
            name, args = entry.name, bind(entry.signatures["torch"][0], [const("a b -> b a")], {"a": const(2)}).args
        assert name == "einops_rearrange" and args["lengths"].keys() == {"a"}
