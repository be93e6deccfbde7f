"""Loss adapters against torch: values and gradients of every option, and the layers that hold the options."""

import importlib

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from paired import TOLERANCE, check, compare_functions, keras_run, to_numpy, torch_run

from tensorglot.catalog.registry import entry

RNG = np.random.default_rng(5)
N, C = 4, 5


def adapter(name):
    return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{name}"), name)


def normal(*shape):
    return RNG.standard_normal(shape)


def cast(values, dtype):
    return [v.astype(dtype) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v for v in values]


def compare(torch_function, name, inputs, options, dtype):
    compare_functions(lambda *xs: torch_function(*xs, **options), lambda *xs: adapter(name)(*xs, **options),
                      cast(inputs, dtype), dtype)


X, Y = normal(N, C), normal(N, C)
SIGNS = np.where(normal(N, C) > 0, 1.0, -1.0)
LABELS = RNG.integers(0, C, (N,))
PROBABILITIES = RNG.random((N, C))
POSITIVE = RNG.random((N, C)) + 0.1
LOG_P = np.log(POSITIVE / POSITIVE.sum(-1, keepdims=True))

#: `weighted`: the last input is the `weight`. `fixed`: torch has no (finite) gradient of the target.
ELEMENTWISE = [
    (F.mse_loss, "mse_loss", [X, Y], [{}]),
    (F.mse_loss, "mse_loss", [X, Y, POSITIVE], [{"weighted": True}]),
    (F.l1_loss, "l1_loss", [X, Y], [{}]),
    (F.l1_loss, "l1_loss", [X, Y, POSITIVE], [{"weighted": True}]),
    (F.smooth_l1_loss, "smooth_l1_loss", [X, Y], [{}, {"beta": 0.3}, {"beta": 0.0}]),
    (F.huber_loss, "huber_loss", [X, Y], [{}, {"delta": 0.4}]),
    (F.huber_loss, "huber_loss", [X, Y, POSITIVE], [{"weighted": True}]),
    (F.binary_cross_entropy, "binary_cross_entropy", [PROBABILITIES, POSITIVE / 2], [{"fixed": True}]),
    (F.binary_cross_entropy, "binary_cross_entropy", [PROBABILITIES, POSITIVE / 2, POSITIVE],
     [{"weighted": True, "fixed": True}]),
    (F.binary_cross_entropy_with_logits, "binary_cross_entropy_with_logits", [X, PROBABILITIES], [{}]),
    (F.binary_cross_entropy_with_logits, "binary_cross_entropy_with_logits", [X * 40, PROBABILITIES, POSITIVE],
     [{"weighted": True}]),
    (F.kl_div, "kl_div", [LOG_P, POSITIVE], [{}]),
    (F.kl_div, "kl_div", [LOG_P, np.maximum(X, 0)], [{"fixed": True}]),
    (F.kl_div, "kl_div", [LOG_P, X], [{"log_target": True}]),
    (F.poisson_nll_loss, "poisson_nll_loss", [X, POSITIVE * 4], [{}, {"full": True}]),
    (F.poisson_nll_loss, "poisson_nll_loss", [POSITIVE, POSITIVE * 4], [{"log_input": False, "eps": 1e-3}]),
    (F.gaussian_nll_loss, "gaussian_nll_loss", [X, Y, POSITIVE], [{}, {"full": True}, {"eps": 0.5}]),
    (F.gaussian_nll_loss, "gaussian_nll_loss", [X, Y, POSITIVE[:, 0]], [{}]),
    (F.gaussian_nll_loss, "gaussian_nll_loss", [X, Y, POSITIVE[:, :1]], [{}]),
    (F.hinge_embedding_loss, "hinge_embedding_loss", [X, SIGNS], [{}, {"margin": 0.3}]),
    (F.soft_margin_loss, "soft_margin_loss", [X, SIGNS], [{"fixed": True}]),
    (F.multilabel_soft_margin_loss, "multilabel_soft_margin_loss", [X, PROBABILITIES], [{"fixed": True}]),
    (F.multilabel_soft_margin_loss, "multilabel_soft_margin_loss", [X, PROBABILITIES, POSITIVE[0]],
     [{"weighted": True}]),
    (F.multi_margin_loss, "multi_margin_loss", [X, LABELS], [{}, {"p": 2, "margin": 0.7}]),
    (F.multilabel_margin_loss, "multilabel_margin_loss",
     [X, np.array([[3, 0, -1, 1, 2], [-1, 0, 0, 0, 0], [1, 2, 3, 4, 0], [2, -1, 2, -1, 0]])], [{}]),
    (F.multilabel_margin_loss, "multilabel_margin_loss", [X[0], np.array([3, 0, -1, 1, 2])], [{}]),
    (F.cosine_embedding_loss, "cosine_embedding_loss", [X, Y, SIGNS[:, 0]], [{}, {"margin": 0.2}]),
    (F.cosine_embedding_loss, "cosine_embedding_loss", [X[0], Y[0], np.asarray(SIGNS[0, 0])], [{}]),
    (F.margin_ranking_loss, "margin_ranking_loss", [X[:, 0], Y[:, 0], SIGNS[:, 0]], [{}, {"margin": 0.5}]),
    (F.triplet_margin_loss, "triplet_margin_loss", [X, Y, POSITIVE],
     [{}, {"p": 1.0, "margin": 2.0}, {"swap": True, "eps": 1e-3}, {"p": 3.0}]),
    (F.triplet_margin_with_distance_loss, "triplet_margin_with_distance_loss", [X, Y, POSITIVE], [{}, {"swap": True}]),
]


@pytest.mark.parametrize("function, name, inputs, options",
                         [(f, name, inputs, o) for f, name, inputs, options in ELEMENTWISE for o in options])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_loss(function, name, inputs, options, reduction, dtype):
    options = dict(options, reduction=reduction)
    inputs, kept = cast(inputs, dtype), {}
    if options.pop("weighted", False):
        kept["weight"] = inputs.pop()
    moving, still = (inputs[:1], inputs[1:]) if options.pop("fixed", False) else (inputs, [])

    def torch_call(*xs):
        weight = {key: torch.tensor(value) for key, value in kept.items()}
        return function(*xs, *[torch.tensor(v) for v in still], **options, **weight)

    def keras_call(*xs):
        return adapter(name)(*xs, *[keras.ops.convert_to_tensor(v) for v in still], **options,
                             **{key: keras.ops.convert_to_tensor(value) for key, value in kept.items()})

    compare_functions(torch_call, keras_call, moving, dtype)


@pytest.mark.parametrize("name", ["mse_loss", "kl_div"])
def test_unknown_reduction(name):
    with pytest.raises(ValueError, match="reduction"):
        adapter(name)(keras.ops.convert_to_tensor(X), keras.ops.convert_to_tensor(Y), reduction="median")


def test_probabilities_at_the_ends(dtype):
    """At 0 and 1 the loss is cut at 100 and its slope stays finite."""
    p = np.array([0.0, 0.0, 1.0, 1.0, 0.5], dtype)
    target = np.array([0.0, 1.0, 0.0, 1.0, 0.3], dtype)
    compare_functions(lambda p: F.binary_cross_entropy(p, torch.tensor(target), reduction="none"),
                      lambda p: adapter("binary_cross_entropy")(p, target, reduction="none"), [p], dtype)


CLASS_OPTIONS = [{}, {"ignore_index": 2}, {"weight": POSITIVE[0]}, {"weight": POSITIVE[0], "ignore_index": 1}]
SHAPES = [(N, C), (C,), (N, C, 3), (N, C, 2, 3)]


def with_tensors(options, dtype, convert):
    return {k: convert(v.astype(dtype)) if isinstance(v, np.ndarray) else v for k, v in options.items()}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("options", CLASS_OPTIONS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [None, 0.0, 0.2])
def test_classes(shape, options, reduction, smoothing, dtype):
    """`nll_loss` (smoothing None) and `cross_entropy` of class indices."""
    target = np.random.default_rng(1).integers(0, C, () if len(shape) == 1 else (shape[0], *shape[2:]))
    if len(shape) == 1:
        target = np.asarray(3)
    function, name = (F.nll_loss, "nll_loss") if smoothing is None else (F.cross_entropy, "cross_entropy")
    extra = {"reduction": reduction} | ({} if smoothing is None else {"label_smoothing": smoothing})
    compare_functions(
        lambda x, y: function(x, y, **extra, **with_tensors(options, dtype, torch.tensor)),
        lambda x, y: adapter(name)(x, y, **extra, **with_tensors(options, dtype, keras.ops.convert_to_tensor)),
        [np.random.default_rng(2).standard_normal(shape).astype(dtype), target], dtype)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_class_probabilities(shape, weighted, reduction, smoothing, dtype):
    options = {"reduction": reduction, "label_smoothing": smoothing} | ({"weight": POSITIVE[0]} if weighted else {})
    rng = np.random.default_rng(2)
    compare_functions(
        lambda x, y: F.cross_entropy(x, y, **with_tensors(options, dtype, torch.tensor)),
        lambda x, y: adapter("cross_entropy")(x, y, **with_tensors(options, dtype, keras.ops.convert_to_tensor)),
        [rng.standard_normal(shape).astype(dtype), rng.random(shape).astype(dtype)], dtype)


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_classes_on_the_last_axis(name):
    x = normal(N, 3, C).astype("float32")
    target = RNG.integers(0, C, (N, 3))
    np.testing.assert_allclose(to_numpy(adapter(name)(x, target, axis=-1)),
                               to_numpy(adapter(name)(x.swapaxes(1, 2), target)), rtol=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("options", [{}, {"blank": 3}, {"zero_infinity": True}])
@pytest.mark.parametrize("joined", [False, True])
def test_ctc(reduction, options, joined, dtype):
    time, blank = 6, options.get("blank", 0)
    rng = np.random.default_rng(1)
    logits = rng.standard_normal((time, 3, C)).astype(dtype)
    targets = np.array([1, 2, 4, 2, 1, 4, 4, 4, 1] if joined else [[1, 2, 4], [2, 1, 0], [4, 4, 4]])
    lengths, target_lengths = np.array([6, 5, 6]), np.array([3, 2, 3] if not joined else [3, 2, 4])
    if options.get("zero_infinity"):
        lengths[2] = 3  # too short for its target
    if blank:
        targets = np.where(targets == blank, 1, targets)
    rest = [targets, lengths, target_lengths]
    expected = torch_run(lambda x: F.ctc_loss(x.log_softmax(-1), *map(torch.tensor, rest), reduction=reduction,
                                              **options), [logits])
    actual = keras_run(lambda x: adapter("ctc_loss")(keras.ops.log_softmax(x), *rest, reduction=reduction, **options),
                       [logits])
    stated = entry("function", "ctc_loss").float64_tol[0]
    tolerance = (stated, stated) if dtype == "float64" else TOLERANCE[dtype]
    check(actual[0], expected[0], actual[1], expected[1], tolerance)


LAYERS = [
    ("MSELoss", {}, [X, Y]), ("L1Loss", {"reduction": "sum"}, [X, Y]), ("SmoothL1Loss", {"beta": 0.3}, [X, Y]),
    ("HuberLoss", {"delta": 0.4}, [X, Y]), ("BCELoss", {"weight": POSITIVE}, [PROBABILITIES, POSITIVE / 2]),
    ("BCEWithLogitsLoss", {"pos_weight": POSITIVE[0], "reduction": "none"}, [X, PROBABILITIES]),
    ("NLLLoss", {"weight": POSITIVE[0], "ignore_index": 1}, [X, LABELS]),
    ("CrossEntropyLoss", {"weight": POSITIVE[0], "label_smoothing": 0.1}, [X, LABELS]),
    ("CrossEntropyLoss", {}, [X, LABELS]), ("KLDivLoss", {"reduction": "batchmean"}, [LOG_P, POSITIVE]),
    ("PoissonNLLLoss", {"full": True}, [X, POSITIVE]), ("GaussianNLLLoss", {"full": True}, [X, Y, POSITIVE]),
    ("HingeEmbeddingLoss", {"margin": 0.3}, [X, SIGNS]), ("SoftMarginLoss", {}, [X, SIGNS]),
    ("MultiLabelSoftMarginLoss", {"weight": POSITIVE[0]}, [X, PROBABILITIES]),
    ("MultiMarginLoss", {"p": 2, "weight": POSITIVE[0]}, [X, LABELS]),
    ("MultiLabelMarginLoss", {}, [X[0], np.array([3, 0, -1, 1, 2])]),
    ("CosineEmbeddingLoss", {"margin": 0.2}, [X, Y, SIGNS[:, 0]]),
    ("MarginRankingLoss", {"margin": 0.5}, [X, Y, SIGNS]), ("TripletMarginLoss", {"swap": True}, [X, Y, POSITIVE]),
    ("TripletMarginWithDistanceLoss", {"margin": 2.0}, [X, Y, POSITIVE]),
    ("CTCLoss", {"blank": 1}, [np.log(POSITIVE[:, None] / POSITIVE.sum(-1)[:, None, None]), np.array([[2, 3]]),
                               np.array([4]), np.array([2])])]


@pytest.mark.parametrize("name, options, inputs", LAYERS)
def test_layer(name, options, inputs):
    """The layer gives the module's value, holds the module's tensors as weights, and comes back from its config."""
    inputs = cast(inputs, "float32")
    tensors = [torch.tensor(v) for v in inputs]
    module = getattr(torch.nn, name)(**with_tensors(options, "float32", torch.tensor))
    layer = adapter(name)(**with_tensors(options, "float32", keras.ops.convert_to_tensor))
    expected = to_numpy(module(*tensors))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    for made in (layer, again):
        np.testing.assert_allclose(to_numpy(made(*inputs)), expected, rtol=1e-5, atol=1e-6)
        assert not made.trainable_variables
        for key, buffer in module.named_buffers():
            np.testing.assert_array_equal(to_numpy(getattr(made, key).value), to_numpy(buffer))
