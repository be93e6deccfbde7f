"""keras → pivot → keras: the same text for untouched code, and what the pivot holds of it."""

import ast
import importlib.util
import sys
import types
from pathlib import Path

import pytest

from tensorglot import pipeline
from tensorglot.diagnostics import Sink
from tensorglot.frameworks import dialects
from tensorglot.pivot import json, nodes, validate

SOURCES = sorted((Path(__file__).parent / "sources").glob("keras_*.py"))


def lifted(given, to="keras", source="auto"):
    sink = Sink()
    program = pipeline.lifted(given, source=source, to=to, examples=[], run=False, sink=sink, progress=lambda text: None)[0]
    return program, sink.items


def walked(text, **kw):
    program, found = lifted(text, **kw)
    return list(next(iter(program.files.values())).body.walk()), found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_untouched_code_keeps_its_text(path):
    program, _ = lifted([path])
    assert validate.problems(program) == []
    document = json.dumps(program)
    again = json.loads(document)
    done = pipeline.generate(again, to=program.source)
    assert done.files == {path.name: path.read_text()}
    assert done.diagnostics == [] and done.stats["marked"] == 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_code_without_text_is_python_and_marks_nothing(path):
    program, _ = lifted([path])
    bare = pipeline.generate(json.loads(json.dumps(program, text=False, spans=False)), to=program.source)
    ast.parse(bare.files[path.name])
    assert bare.stats["marked"] == 0


def applications():
    found = importlib.util.find_spec("keras")
    root = Path(found.submodule_search_locations[0]) / "src" / "applications" if found else Path()
    return [p for p in sorted(root.glob("*.py")) if not p.stem.endswith("_test") and p.stem != "__init__"]


@pytest.mark.parametrize("path", applications(), ids=lambda path: path.stem)
def test_applications_keep_their_text(path):
    text = path.read_text()
    program, found = lifted(text)
    done = pipeline.generate(json.loads(json.dumps(program)), to="keras")
    assert list(done.files.values()) == [text]
    assert validate.problems(program) == []
    layers = [n for n in next(iter(program.files.values())).body.walk() if isinstance(n, nodes.Layer)]
    refused = [d for d in found if d.code == "TG011"]
    assert len(refused) <= len(layers) / 20


@pytest.mark.parametrize("text, wanted", [
    ("import keras", "keras"), ("from tensorflow import keras", "keras"), ("import tf_keras as keras", "keras"),
    ("from tensorflow.keras import layers", "keras"), ("import tensorflow as tf", "tensorflow"),
    ("import tensorflow as tf\nfrom tensorflow.keras import layers, Model", "tensorflow"),
    ("import torch\nfrom torch import nn", "torch"), ("import numpy", None)])
def test_detection(text, wanted):
    assert dialects.detect([ast.parse(text)]) == wanted


# -- activations ------------------------------------------------------------------------------------------------------

MODULE = """import keras
from keras import layers


class M(keras.Model):
    def __init__(self):
        super().__init__()
        self.fc = layers.Dense(3, activation={activation})

    def call(self, x):
        return {call}
"""


def of_kind(found, cls, op):
    return [n for n in found if isinstance(n, cls) and n.op == op]


def test_an_activation_follows_the_call_of_its_layer():
    found, _ = walked(MODULE.format(activation="'gelu'", call="self.fc(x)"))
    (gelu,) = of_kind(found, nodes.Op, "gelu")
    assert isinstance(gelu.args["x"], nodes.LayerCall) and gelu.args["approximate"] == "none"
    (dense,) = of_kind(found, nodes.Layer, "linear")
    assert "fused" not in dense.args


@pytest.mark.parametrize("call", ["[self.fc(x), self.fc.kernel]", "self.fc(self.helper(self.fc))",
                                  "getattr(self, name)(x) + self.fc(x)",
                                  "[self.fc(x), self.layers[0](x)]", "other.fc(x)"])
def test_an_activation_stays_where_the_layer_is_used_otherwise(call):
    found, _ = walked(MODULE.format(activation="'relu'", call=call))
    (dense,) = of_kind(found, nodes.Layer, "linear")
    assert dense.args["fused"].op == "relu" and "fused" in dense.given
    assert of_kind(found, nodes.Op, "relu") == []


def test_an_activation_that_is_a_value_stays():
    found, _ = walked(MODULE.format(activation="act", call="self.fc(x)"))
    assert isinstance(of_kind(found, nodes.Layer, "linear")[0].args["fused"], nodes.Host)


def test_chains_get_a_further_item():
    text = ("import keras\nfrom keras import layers\n"
            "m = keras.Sequential([layers.Dense(3, activation='leaky_relu'), layers.Dense(2)])\n"
            "m.add(layers.Dense(1, activation='sigmoid'))\n")
    found, _ = walked(text)
    (chain,) = of_kind(found, nodes.Layer, "sequential")
    assert [i.op for i in chain.args["items"]] == ["linear", "leaky_relu", "linear"]
    assert chain.args["items"][1].args["slope"] == 0.2
    (more,) = [n for n in found if isinstance(n, nodes.Idiom) and n.name == "append"]
    assert [i.op for i in more.args["items"]] == ["linear", "sigmoid"]


def test_chains_keep_their_numbers_where_code_counts():
    text = ("import keras\nfrom keras import layers\n"
            "m = keras.Sequential([layers.Dense(3, activation='relu'), layers.Dense(2)])\nlast = m.layers[1]\n")
    found, _ = walked(text)
    (chain,) = of_kind(found, nodes.Layer, "sequential")
    assert [i.op for i in chain.args["items"]] == ["linear", "linear"] and chain.args["items"][0].args["fused"].op == "relu"


# -- what is told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line, code, words", [
    ("layers.Dense(3, kernel_regularizer='l2')", "TG013", "kernel penalty"),
    ("layers.Dense(3, bias_constraint='non_neg')", "TG013", "bias limit"),
    ("layers.Conv2D(3, 3, data_format='channels_first')", "TG011", "channels_first"),
    ("layers.Dense(3, units_typo=1)", "TG011", "units_typo"),
    ("layers.RandomRotation(0.1)", "TG010", "RandomRotation"),
    ("keras.ops.max(x, initial=3.0)", "TG011", "initial"),
])
def test_what_is_not_carried_over_is_told(line, code, words):
    _, found = walked(f"import keras\nfrom keras import layers\ny = {line}\n")
    assert [d.code for d in found] == [code] and words in found[0].message


@pytest.mark.parametrize("line, op, args", [
    ("ops.max(x, axis=1)", "amax", {"axis": 1}), ("ops.max(x)", "max_all", {"axis": None}),
    ("ops.split(x, [2, 5], axis=1)", "tensor_split", {"sections": [2, 5]}), ("ops.sort(x)", "sorted_values", {"axis": -1}),
    ("ops.take(x, i, axis=1)", "take_along", {"axis": 1}), ("ops.var(x, axis=0)", "var", {"correction": 0}),
    ("ops.max_pool(x, (2, 2))", "max_pool2d", {"pad": 0}), ("keras.activations.gelu(x)", "gelu", {"approximate": "none"}),
    ("ops.gelu(x)", "gelu", {"approximate": "tanh"}), ("tf.nn.gelu(x)", "gelu", {"approximate": "none"}),
    ("tf.nn.leaky_relu(x)", "leaky_relu", {"slope": 0.2}), ("tf.reduce_max(x, axis=1)", "amax", {"axis": 1}),
    ("tf.zeros((2, 3), name='z')", "zeros", {"dtype": "float32", "label": "z"}), ("tf.add(x, 1)", "add", {"y": 1}),
    ("tf.nn.softmax(x)", "softmax", {"axis": -1}), ("tf.argmax(x)", "argmax", {"axis": 0}),
    ("tf.nn.avg_pool2d(x, 2, 2, 'SAME')", "avg_pool2d", {"pad": "same", "count_pad": False}),
    ("tf.math.exp(x)", "exp", {}), ("tf.split(x, [2, 3], axis=1)", "split_sizes", {"parts": [2, 3]}),
    ("tf.split(x, 3, axis=1)", "chunk", {"chunks": 3}), ("tf.constant([1.0])", "tensor", {"value": [1.0]}),
    ("tf.keras.ops.relu(x)", "relu", {}),
])
def test_functions_mean_what_they_mean_there(line, op, args):
    found, told = walked(f"import keras\nfrom keras import ops\nimport tensorflow as tf\ny = {line}\n", to="tensorflow")
    assert told == []
    (made,) = [n for n in found if isinstance(n, nodes.Op)]
    plain = {k: nodes.literal(v) if nodes.is_literal(v) else v for k, v in made.args.items()}
    assert made.op == op and {k: plain[k] for k in args} == args


# -- equal programs ---------------------------------------------------------------------------------------------------


def module(text, name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(compile(text, f"{name}.py", "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("stem, expression, shape", [
    ("keras_mlp", "MLP()", (2, 4, 4, 1)), ("keras_mlp", "model", (2, 28, 28, 1)), ("keras_mlp", "other", (2, 4)),
    ("keras_mlp", "graph", (2, 8)), ("keras_transformer", "build(12, 50)", (2, 12)), ("keras_weights", "Linear(3)", (2, 5))])
def test_equal_program_without_text(stem, expression, shape):
    keras = pytest.importorskip("keras")
    np = pytest.importorskip("numpy")
    path = Path(__file__).parent / "sources" / f"{stem}.py"
    program, _ = lifted([path])
    bare = pipeline.generate(json.loads(json.dumps(program, text=False, spans=False)), to="keras").files[path.name]
    x = np.random.default_rng(0).integers(0, 9, shape).astype("float32")
    outputs, states = [], []
    for number, text in enumerate((path.read_text(), bare)):
        keras.utils.set_random_seed(1)
        model = eval(expression, module(text, f"{stem}_{number}").__dict__)
        outputs.append(keras.ops.convert_to_numpy(model(x)))
        states.append([tuple(v.shape) for v in model.weights])
    assert states[0] == states[1]
    np.testing.assert_allclose(outputs[1], outputs[0], rtol=1e-6, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("stem, call, size", [
    ("resnet", "ResNet50", 64), ("mobilenet_v2", "MobileNetV2", 64), ("inception_v3", "InceptionV3", 96),
    ("efficientnet", "EfficientNetB0", 64), ("convnext", "ConvNeXtTiny", 64)])
def test_applications_without_text_are_equal(stem, call, size):
    """The program that the pivot alone gives builds the network that the original builds."""
    keras = pytest.importorskip("keras")
    text = next(p for p in applications() if p.stem == stem).read_text()
    document = json.dumps(lifted(text, source="keras")[0], text=False, spans=False)
    (bare,) = pipeline.generate(json.loads(document), to="keras").files.values()
    first, second = (eval(f"{call}(weights=None, input_shape=({size}, {size}, 3), classes=5)",
                          module(code, f"{stem}_{i}").__dict__) for i, code in enumerate((text, bare)))
    second.set_weights(first.get_weights())
    x = keras.random.uniform((1, size, size, 3), seed=0)
    assert float(keras.ops.max(keras.ops.abs(first(x) - second(x)))) == 0
