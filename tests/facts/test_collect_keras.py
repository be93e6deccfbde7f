"""The child process for Keras and TensorFlow: what is on the tape of each style of program."""

import ast
from pathlib import Path

import pytest

from tensorglot.facts import Example, Limits, Tape, collect
from tensorglot.source.sites import number

pytest.importorskip("tensorflow")
pytest.importorskip("keras")
PROGRAMS = Path(__file__).parent / "programs"


def _collect(modules, *examples, folder=PROGRAMS, **options):
    return collect(folder, modules, [Example(*e) for e in examples], framework="keras", **options)


@pytest.fixture(scope="module")
def network():
    return _collect(["keras_network"], ("keras_network", "Net()", ["float32[2,8,8,3]"]),
                    ("keras_network", "Raw()", ["float32[2,4]"]), ("keras_network", "Net()", ["float32[2,8]"]))


@pytest.fixture(scope="module")
def functional():
    return _collect(["keras_functional"])


def _run(tape, model, mode="eval"):
    return next(r for r in tape.runs if r["model"] == model and r["mode"] == mode)


def _text(module, site):
    tree = ast.parse((PROGRAMS / f"{module}.py").read_text())
    number(tree)
    return next(ast.unparse(n) for n in ast.walk(tree) if getattr(n, "site", None) == site[1])


def test_both_modes_run_once_each(network):
    assert network.errors == []
    assert [(r["mode"], r["ok"]) for r in network.runs[:2]] == [("eval", True), ("train", True)]
    for run, training in zip(network.runs[:2], (False, True), strict=True):
        entered = [e for e in run["events"] if e["k"] == "enter" and e["fn"].endswith(".call")]
        assert [e["fn"].partition(":")[2] for e in entered] == ["Net.call", "Block.call", "Block.call", "Affine.call",
                                                                "Affine.call"]
        assert entered[0]["args"]["training"] is entered[1]["args"]["training"] is training
        assert all(None not in t["shape"] for t in run["tensors"].values())
    dropped = [any(e["k"] == "layer" and e["f"] == "keras.layers.Dropout" for e in r["events"]) for r in network.runs[:2]]
    assert dropped == [False, True]


def test_names_are_public_whatever_the_alias(network):
    run = network.runs[0]
    assert {m["class"] for m in run["modules"].values()} == {
        "keras_network:Net", "keras_network:Block", "keras_network:Affine", "keras.Sequential", "keras.layers.Conv2D",
        "keras.layers.BatchNormalization", "keras.layers.LayerNormalization", "keras.layers.Dropout",
        "keras.layers.Dense", "keras.layers.ReLU"}
    ops = {e["f"] for e in run["events"] if e["k"] == "op"}
    assert ops >= {"tensorflow.nn.relu", "tensorflow.reshape", "tensorflow.cast", "tensorflow.shape", "keras.ops.mean",
                   "keras.activations.softmax", "tensorflow.matmul", "operator.add", "operator.truediv"}


def test_modules_and_weights_have_paths(network):
    run = network.runs[0]
    modules = {m["path"]: m for m in run["modules"].values()}
    conv = modules["blocks.1.conv"]
    assert (conv["class"], conv["owner"], conv["attr"]) == ("keras.layers.Conv2D", "keras_network:Block", "conv")
    assert _text("keras_network", conv["new"]) == "layers.Conv2D(filters, 3, padding='same', use_bias=False)"
    assert modules["tail.0"]["class"] == "keras.layers.Dense"
    weights = {t["path"]: t for t in run["tensors"].values() if "path" in t}
    assert {p for p, t in weights.items() if t.get("param")} >= {"stem.kernel", "blocks.0.conv.kernel", "tail.0.bias",
                                                                 "affine.w", "affine.b", "head.kernel"}
    assert {p for p, t in weights.items() if t.get("buffer")} == {
        "affine.count", *(f"blocks.{i}.norm.moving_{x}" for i in (0, 1) for x in ("mean", "variance"))}
    assert weights["blocks.0.conv.kernel"]["shape"] == [3, 3, 8, 8]


def test_layers_stand_at_their_calls_with_their_arguments(network):
    layers = [e for e in network.runs[1]["events"] if e["k"] == "layer"]
    norm = next(e for e in layers if e["f"] == "keras.layers.BatchNormalization")
    assert norm["kw"] == {"training": True}
    assert _text("keras_network", norm["s"]) == "self.norm(self.conv(x), training=training)"
    # the chain is transparent: its layers are called by the framework
    inside = [e for e in layers if e["f"] == "keras.layers.ReLU"]
    assert inside and all(e["s"] is None for e in inside)


def test_build_is_recorded_once_and_knows_its_input(network):
    events = network.runs[0]["events"]
    built = [e for e in events if e["k"] == "enter" and e["fn"] == "keras_network:Affine.build"]
    size = built[0]["args"]["input_shape"]["size"]
    call = next(e for e in events if e["k"] == "call" and e["f"] == "keras_network:Affine.call")
    assert len(built) == 1 and call["a"] == [{"t": size}]
    added = [e for e in events if e["k"] == "call" and e["f"] == "keras.layers.Layer.add_weight"]
    assert [network.runs[0]["tensors"][e["o"]["t"]]["path"] for e in added] == ["affine.w", "affine.b", "affine.count"]
    inner = next(e for e in events if e["k"] == "call" and e["f"] == "keras.layers.LayerNormalization.build")
    assert network.runs[0]["modules"][inner["m"]]["path"] == "affine.norm"
    assert not any(e.get("fn", "").endswith("build") for e in network.runs[1]["events"])


def test_plain_tensorflow_modules(network):
    run = _run(network, "Raw()", "train")
    assert {t["path"] for t in run["tensors"].values() if t.get("param")} == {"w"}
    assert {t["path"] for t in run["tensors"].values() if t.get("buffer")} == {"steps"}
    ops = [e["f"] for e in run["events"] if e["k"] == "op"]
    assert ops == ["operator.matmul", "tensorflow.split", "tensorflow.nn.sigmoid", "tensorflow.concat"]


def test_failing_example_is_explained(network):
    failed = next(e for e in network.examples if not e["ok"])
    assert failed["inputs"] == ["float32[2,8]"]
    assert "expected min_ndim=4, found ndim=2" in failed["error"] and "keras_network.py:" in failed["error"]
    assert "\x1b" not in failed["error"]


def test_models_of_the_module_are_found_with_their_inputs(functional):
    assert functional.errors == []
    found = {e["model"]: (e["inputs"], e["found"]) for e in functional.succeeded()}
    assert found == {"sequential": (["float32[2,12]"], "module"), "grown": (["int32[2,16]<50"], "module"),
                     "siamese": (["[float32[2,6], float32[2,6]]"], "module"),
                     "make_model()": (["float32[2,64,64,3]"], "factory")}


def test_functional_models_are_recorded_where_they_are_made(functional):
    run = _run(functional, "make_model()")
    layers = [e for e in run["events"] if e["k"] == "layer" and e["f"] == "keras.layers.Conv2D"]
    assert len(layers) == 2 and layers[0]["s"] == layers[1]["s"]
    assert _text("keras_functional", layers[0]["s"]) == "layers.Conv2D(filters, 3, padding='same')(x)"
    # open sizes are those of the call, and said to be open
    assert run["tensors"][layers[0]["a"][0]["t"]] == {"shape": [2, 64, 64, 3], "dtype": "float32", "open": [0, 1, 2]}
    calls = [e["fn"] for e in run["events"] if e["k"] == "enter"]
    assert calls.count("keras_functional:conv_block") == 2 and calls.count("keras_functional:Scale.call") == 1
    square = [e for e in run["events"] if e["k"] == "op" and e["f"] == "keras.ops.square"]
    assert len(square) == 1
    model = next(m for m in run["modules"].values() if m["path"] == "")
    assert (model["class"], model["inputs"]) == ("keras.Model", {"l": [layers[0]["a"][0]]})
    top = run["events"][-1]
    assert (top["f"], top["a"], top["o"]) == ("keras.Model.call", [layers[0]["a"][0]], model["outputs"]["l"][0])


def test_shared_layers_are_one_module(functional):
    run = _run(functional, "siamese")
    shared = [e for e in run["events"] if e["k"] == "layer"]
    assert len(shared) == 2 and shared[0]["m"] == shared[1]["m"] and shared[0]["s"] != shared[1]["s"]
    assert {t["path"] for t in run["tensors"].values() if "path" in t} == {"shared.kernel", "shared.bias"}


def test_chains_that_grow(functional):
    run = _run(functional, "grown")
    added = [e["a"][0] for e in run["events"] if e["k"] == "call" and e["f"] == "keras.Sequential.add"]
    assert len(added) == 3
    called = [e["f"] for e in run["events"][run["built"]:] if e["k"] == "layer"]
    assert called == ["keras.layers.Embedding", "keras.layers.LSTM"]


def test_tape_survives_json(functional):
    assert Tape.from_json(functional.to_json()) == functional


HOSTILE = {
    "exits": ("import keras, sys\nsys.exit(3)\n", "the code called exit(3) (exits.py:2)"),
    "hangs": ("while True: pass\n", "took longer than 4 s"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_modules_give_one_clear_error(tmp_path, name):
    text, message = HOSTILE[name]
    (tmp_path / f"{name}.py").write_text(text)
    tape = _collect([name], (name, "N()", ["float32[2]"]), folder=tmp_path, limits=Limits(wall=60, step=4))
    assert len(tape.diagnostics()) == 1
    assert message in tape.diagnostics()[0].message


def test_model_of_a_script_that_cannot_load_its_data(tmp_path):
    (tmp_path / "script.py").write_text("""from tensorflow import keras

(x_train, y_train), _ = keras.datasets.mnist.load_data()
inputs = keras.Input((28, 28))
x = keras.layers.TimeDistributed(keras.layers.Dense(4))(inputs)
model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Masking()(x)))
model.compile("adam", "mse")
model.fit(x_train, y_train)
model.fit(keras.ops.ones((4, 28, 28)), keras.ops.ones((4, 28, 2)), epochs=10**6)
""")
    tape = _collect(["script"], folder=tmp_path)
    assert [e["phase"] for e in tape.errors] == ["import"] and "network access" in tape.errors[0]["message"]
    assert [(e["model"], e["inputs"], e["ok"]) for e in tape.examples] == [("model", ["float32[2,28,28]"], True)]
    layers = [e for e in tape.runs[0]["events"] if e["k"] == "layer"]
    assert [e["f"].rpartition(".")[2] for e in layers] == ["TimeDistributed", "Masking", "Dense"]
    masked = tape.runs[0]["tensors"][layers[1]["o"]["t"]]
    assert tape.runs[0]["tensors"][masked["mask"]]["dtype"] == "bool"


def test_models_that_cannot_be_built_are_told(tmp_path):
    (tmp_path / "net.py").write_text("import keras\n\nclass Net(keras.Model):\n    def __init__(self):\n"
                                     "        super().__init__()\n        self.fc = keras.layers.Dense(-1)\n")
    tape = _collect(["net"], ("net", "Net()", ["float32[2,3]"]), folder=tmp_path)
    assert "building: ValueError" in tape.examples[0]["error"] and "net.py:6" in tape.examples[0]["error"]
