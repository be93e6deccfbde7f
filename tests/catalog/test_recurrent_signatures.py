"""Recurrent, attention, embedding, loss and initialiser entries: signatures are those of torch, Keras and adapters."""

import ast
import functools
import importlib
import inspect
import typing

import pytest

from tensorglot.catalog import registry
from tensorglot.catalog.binding import bind, express
from tensorglot.catalog.codecs import Decline
from tensorglot.catalog.registry import lookup
from tensorglot.pivot.nodes import Host, Ref

FAMILIES = ("recurrent", "attention", "embedding", "loss", "init")


def entries():
    registry.load()
    return [entry for entry in registry.REGISTRY.values() if entry.family in FAMILIES]


def signatures(framework):
    return [pytest.param(signature, id=f"{entry.kind}-{signature.callee}")
            for entry in entries() for signature in entry.signatures.get(framework, []) if signature.callee != "="]


def real(callee):
    """The object that a short callee name stands for."""
    import keras
    import torch

    space, *steps = callee.split(".")
    if space == "adapters":
        return getattr(importlib.import_module(f"tensorglot.frameworks.keras.adapters.{steps[0]}"), steps[0])
    found = {"nn": torch.nn, "F": torch.nn.functional, "keras": keras, "layers": keras.layers}[space]
    for step in steps:
        found = getattr(found, step)
    return found


def parameters(target):
    """Name, default and kind of each parameter; torch's recurrent layers show theirs in an overload only."""
    init = getattr(target, "__init__", None)
    overloads = typing.get_overloads(init) if inspect.isfunction(init) else []
    source = overloads[0] if overloads else target
    found = inspect.signature(source).parameters.values()
    return {p.name: p for p in found if p.name != "self" and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}


def default_of(param):
    if param.default is None:
        return inspect.Parameter.empty
    try:
        return ast.literal_eval(param.default)
    except ValueError:
        return real(ast.unparse(param.default))


@pytest.mark.parametrize("signature", signatures("torch"))
def test_torch_signature(signature):
    """Every parameter of the real API is there, in its place, with its default and kind."""
    actual = parameters(real(signature.callee))
    assert [p.name for p in signature.params] == list(actual)
    for param in signature.params:
        assert default_of(param) == actual[param.name].default, param.name
        assert (param.kind == "keyword") == (actual[param.name].kind == inspect.Parameter.KEYWORD_ONLY)


@pytest.mark.parametrize("signature", signatures("keras"))
def test_keras_signature(signature):
    """The parameters used exist, in their order where they are given by position, with their defaults."""
    actual = parameters(real(signature.callee))
    used = [p.name for p in signature.params]
    required = [p.name for p in signature.params if p.default is None]
    assert required == list(actual)[:len(required)]
    for param in signature.params:
        assert default_of(param) == actual[param.name].default, param.name
    left_out = [name for name, p in actual.items() if p.default is p.empty and name not in used]
    assert not left_out


@pytest.mark.parametrize("entry", [pytest.param(e, id=e.name) for e in entries() if e.kind == "layer"])
def test_call_signatures(entry):
    """The calls are `forward` and the adapter's `call`, and bind the same canonical names."""
    if "torch" not in entry.calls:
        return
    forward = parameters(real(entry.signatures["torch"][0].callee).forward)
    call = parameters(real(entry.signatures["keras"][0].callee).call)
    for framework, actual in (("torch", forward), ("keras", call)):
        stated = entry.calls[framework].params
        assert [p.name for p in stated] == list(actual)
        assert [default_of(p) for p in stated] == [p.default for p in actual.values()]
    assert entry.calls["torch"].uses == entry.calls["keras"].uses


def lowered(kind, callee, *args, **keywords):
    """The Keras call, as text, that a torch call of literals becomes."""
    (entry,) = (e for e in lookup("torch", callee) if e.kind == kind)
    signature = next(s for s in entry.signatures["torch"] if s.callee == callee)
    bound = bind(signature, list(args), keywords)
    # An initialiser does not take the tensor: the lowering puts it in the place of its layer's.
    given = [name for name in bound.given if name != "x" or not callee.startswith("nn.init.")]
    reasons = []
    for target in entry.signatures.get("keras", []):
        try:
            if target.template:
                express(target, bound.args, given)
                return target.template
            result = express(target, bound.args, given)
        except Decline as reason:
            reasons.append(str(reason))
            continue
        parts = [repr(a) for a in result.args] + [f"{k}={v!r}" for k, v in result.keywords.items()]
        return f"{target.callee}({', '.join(parts)})"
    return "declined: " + "; ".join(reasons)


EXAMPLES = [
    ("layer", "nn.LSTM", (10, 20), {}, "adapters.LSTM(20)"),
    ("layer", "nn.LSTM", (10, 20, 2), {"batch_first": True, "bidirectional": True},
     "adapters.LSTM(20, num_layers=2, batch_first=True, bidirectional=True)"),
    ("layer", "nn.GRU", (10, 20), {"bias": False, "dropout": 0.5, "device": None},
     "adapters.GRU(20, use_bias=False, dropout=0.5)"),
    ("layer", "nn.RNN", (10, 20, 1, "relu"), {}, "adapters.RNN(20, nonlinearity='relu')"),
    ("layer", "nn.GRUCell", (10, 20), {}, "adapters.GRUCell(20)"),
    ("layer", "nn.Embedding", (10, 20), {}, "layers.Embedding(10, 20)"),
    ("layer", "nn.Embedding", (10, 20), {"padding_idx": 0, "sparse": True}, "adapters.PaddedEmbedding(10, 20, 0)"),
    ("layer", "nn.MultiheadAttention", (8, 2), {"batch_first": True},
     "adapters.MultiheadAttention(8, 2, batch_first=True)"),
    ("layer", "nn.TransformerEncoderLayer", (8, 2), {}, "adapters.TransformerEncoderLayer(8, 2)"),
    ("layer", "nn.TransformerEncoderLayer", (8, 2), {"activation": "gelu"},
     "adapters.TransformerEncoderLayer(8, 2, activation='gelu')"),
    ("layer", "nn.TransformerEncoderLayer", (8, 2), {"activation": Ref("function", "relu")},
     "adapters.TransformerEncoderLayer(8, 2)"),
    ("layer", "nn.Transformer", (), {"activation": Ref("function", "gelu"), "bias": False},
     "adapters.Transformer(activation='gelu', use_bias=False)"),
    ("layer", "nn.CrossEntropyLoss", (), {"label_smoothing": 0.1}, "adapters.CrossEntropyLoss(label_smoothing=0.1)"),
    ("layer", "nn.MSELoss", (), {"reduction": "sum"}, "adapters.MSELoss(reduction='sum')"),
    ("function", "F.mse_loss", ("a", "b"), {}, "ops.mean(ops.square(x - y))"),
    ("function", "F.mse_loss", ("a", "b"), {"reduction": "sum"}, "adapters.mse_loss('a', 'b', reduction='sum')"),
    ("function", "nn.init.xavier_uniform_", ("w",), {}, "keras.initializers.GlorotUniform()"),
    ("function", "nn.init.xavier_uniform_", ("w", 2.0), {},
     "keras.initializers.VarianceScaling(scale=4.0, mode='fan_avg', distribution='uniform')"),
    ("function", "nn.init.kaiming_normal_", ("w",), {"mode": "fan_out", "nonlinearity": "relu"},
     "keras.initializers.VarianceScaling(scale=2.0, mode='fan_out', distribution='untruncated_normal')"),
    ("function", "nn.init.normal_", ("w",), {"std": 0.02}, "keras.initializers.RandomNormal(stddev=0.02)"),
    ("function", "nn.init.normal_", ("w",), {}, "keras.initializers.RandomNormal(stddev=1.0)"),
]


@pytest.mark.parametrize("kind, callee, args, keywords, expected", EXAMPLES)
def test_lowering(kind, callee, args, keywords, expected):
    assert lowered(kind, callee, *args, **keywords) == expected


NOT_SUPPORTED = [
    ("layer", "nn.Embedding", (10, 20), {"max_norm": 1.0}, "max_norm"),
    ("layer", "nn.Embedding", (10, 20), {"scale_grad_by_freq": True}, "by_freq"),
    ("layer", "nn.Transformer", (), {"custom_encoder": Host("Name", {"id": "encoder"})}, "encoder"),
    ("layer", "nn.CrossEntropyLoss", (), {"size_average": False}, "size_average"),
    ("function", "nn.init.normal_", ("w",), {"generator": Host("Name", {"id": "g"})}, "generator"),
    ("function", "nn.init.kaiming_normal_", ("w",), {"nonlinearity": Host("Name", {"id": "act"})}, "literals"),
    ("function", "nn.init.dirac_", ("w",), {}, ""),
    ("function", "nn.init.sparse_", ("w", 0.1), {}, ""),
    ("function", "nn.utils.rnn.unpack_sequence", ("p",), {}, ""),
]


@pytest.mark.parametrize("kind, callee, args, keywords, reason", NOT_SUPPORTED)
def test_declined(kind, callee, args, keywords, reason):
    text = lowered(kind, callee, *args, **keywords)
    assert text.startswith("declined") and reason in text


def test_unknown_activation_is_told():
    with pytest.raises(Decline, match="swish"):
        lowered("layer", "nn.TransformerEncoderLayer", 8, 2, activation="swish")


def test_unknown_argument_is_told():
    with pytest.raises(Decline, match="attention_mask"):
        lowered("layer", "nn.LSTM", 8, 2, attention_mask=1)


SHAPES = {"linear": (40, 60), "conv": (16, 12, 5, 5)}  # torch's weight; Keras's is (in, out), (5, 5, in, out)
DISTRIBUTIONS = [
    ("nn.init.uniform_", (-0.3, 0.7)), ("nn.init.normal_", (0.5, 0.2)),
    ("nn.init.trunc_normal_", (0.1, 0.5, -0.4, 1.0)), ("nn.init.trunc_normal_", (0.0, 0.02)),
    ("nn.init.xavier_uniform_", ()), ("nn.init.xavier_uniform_", (1.7,)),
    ("nn.init.xavier_normal_", ()), ("nn.init.xavier_normal_", (0.5,)), ("nn.init.kaiming_uniform_", ()),
    ("nn.init.kaiming_uniform_", (2.2360679775,)), ("nn.init.kaiming_normal_", (0, "fan_out", "relu")),
    ("nn.init.kaiming_normal_", (0, "fan_in", "tanh")), ("nn.init.constant_", (0.3,)), ("nn.init.zeros_", ()),
    ("nn.init.ones_", ()), ("nn.init.orthogonal_", (1.5,)),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("callee, args", DISTRIBUTIONS)
def test_distribution(shape, callee, args):
    """Mean, spread, quartiles and range of many samples agree with torch's (fans included)."""
    import keras
    import numpy as np
    import torch

    sizes = SHAPES[shape]
    text = lowered("function", callee, "w", *args)
    name, options = text[:-1].split("(", 1)
    given = ast.parse(f"f({options})", mode="eval").body
    make = functools.partial(real(name), *map(ast.literal_eval, given.args),
                             **{k.arg: ast.literal_eval(k.value) for k in given.keywords})
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    seeded = "seed" in inspect.signature(real(name)).parameters
    theirs, ours = [], []
    for seed in range(12):
        weight = torch.empty(sizes)
        real(callee)(weight, *args)
        theirs.append(weight.numpy().ravel())
        made = make(seed=seed) if seeded else make()
        ours.append(np.asarray(made((*sizes[2:], sizes[1], sizes[0]))).ravel())
    expected, actual = np.concatenate(theirs), np.concatenate(ours)
    spread = max(expected.std(), 1e-6)
    for statistic in (np.mean, np.std, lambda v: np.quantile(v, 0.25), lambda v: np.quantile(v, 0.75)):
        assert abs(statistic(actual) - statistic(expected)) < 0.05 * spread
    if "normal" not in callee and "orthogonal" not in callee or len(args) == 4:  # of bounded range
        assert abs(actual.max() - expected.max()) < 0.4 * spread and abs(actual.min() - expected.min()) < 0.4 * spread


def test_orthogonal_rows():
    import keras
    import numpy as np

    weight = np.asarray(keras.initializers.Orthogonal(gain=2.0)((6, 4)))
    np.testing.assert_allclose(weight.T @ weight, 4 * np.eye(4), atol=1e-5)


def test_gains():
    import torch

    from tensorglot.catalog.layer_codecs import gain

    adapter = real("adapters.calculate_gain")
    for name, slope in (("linear", None), ("conv2d", None), ("sigmoid", None), ("tanh", None), ("relu", None),
                        ("selu", None), ("leaky_relu", None), ("leaky_relu", 0.2)):
        expected = torch.nn.init.calculate_gain(name, slope)
        assert gain(name, slope) == adapter(name, slope) == expected
