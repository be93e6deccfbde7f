"""Verification of whole models, in child processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.verify import Case, VerifyReport, verify_many

PAIRS = Path(__file__).parents[1] / "weights" / "pairs"
INPUTS = {"lenet": ("LeNet()", ["float32[2,3,20,20]"]), "resnet": ("Net()", ["float32[2,3,8,8]"])}


def pair(name: str, **options) -> Case:
    model, inputs = INPUTS[name]
    return Case(PAIRS / f"{name}_torch.py", PAIRS / f"{name}_keras.py", model, inputs, **options)


class Small:
    """Writes pairs of small files; both sides are called `model.py`."""

    def __init__(self, folder: Path):
        self.folder, self.count = folder, 0

    def __call__(self, source: str, target: str, inputs: list[str], plan: dict | None = None, **options) -> Case:
        self.count += 1
        for side, head, text in (("src", "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n", source),
                                 ("dst", "import keras\nfrom keras import layers, ops\n", target)):
            folder = self.folder / str(self.count) / side
            folder.mkdir(parents=True)
            (folder / "model.py").write_text(head + text)
        here = self.folder / str(self.count)
        document = {"version": 1, "source": "torch", "target": "keras", "classes": {}} | (plan or {})
        (here / "dst" / "model.plan.json").write_text(json.dumps(document))
        options = {"dtypes": ["float32"], "sizes": [], **options}
        return Case(here / "src" / "model.py", here / "dst" / "model.py", options.pop("model", "Net()"), inputs, **options)


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)


TORCH_NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)
        self.norm = nn.BatchNorm1d(3)
        self.b = nn.Linear(3, 2)
    def forward(self, x):
        return self.b(F.relu(self.norm(self.a(x))))
"""
KERAS_NET = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(3)
        self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.b = layers.Dense(2)
    def call(self, x):
        return self.b(ops.relu(self.norm(self.a(x))))
"""


def failing(report: VerifyReport) -> set[tuple[str, str]]:
    return {(row.mode, row.quantity) for row in report.rows if row.ok is False}


def test_pairs_match_in_both_dtypes():
    reports = verify_many([pair("lenet"), pair("resnet")])
    for report in reports:
        assert report.ok, report.to_json()
        assert {(r.dtype, r.mode, r.quantity) for r in report.rows} >= {
            (d, m, q) for d in ("float32", "float64") for m in ("eval", "train") for q in ("outputs", "gradients")}
        assert max(r.error for r in report.rows if r.dtype == "float64" and r.error is not None) < 1e-12
    resnet = reports[1]
    assert any(r.size.startswith("other size: float32[2,3,8,12]") and r.ok for r in resnet.rows)
    assert any("n/(n-1)" in note for note in resnet.notes)
    assert reports[0].weights == "8 moved"
    assert VerifyReport.from_json(json.loads(json.dumps(resnet.to_json()))) == resnet


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_other_backends(backend):
    for report in verify_many([pair("lenet", backend=backend), pair("resnet", backend=backend)]):
        assert report.ok, report.to_json()
        assert {row.dtype for row in report.rows} == {"float32"}


def test_differences_are_found_and_named(small):
    """Each wrong target fails where it must, and the module is named."""
    wrong = {
        "epsilon": (KERAS_NET.replace("epsilon=1e-5", "epsilon=1e-3"), ("eval", "outputs"), "norm -> norm"),
        "momentum": (KERAS_NET.replace("momentum=0.9", "momentum=0.99"), ("train", "buffers"), ""),
        "activation": (KERAS_NET.replace("ops.relu", "ops.gelu"), ("eval", "outputs"), "b -> b (call 1): its inputs"),
        "stopped gradient": (KERAS_NET.replace("(self.a(x))", "(ops.stop_gradient(self.a(x)))"),
                             ("eval", "gradients"), ""),
        "inference only": (KERAS_NET.replace("(self.a(x))", "(self.a(x), training=False)"), ("train", "outputs"), ""),
        "structure": (KERAS_NET.replace("return self.b", "return 0, self.b"), ("eval", "outputs"), ""),
    }
    reports = verify_many([small(TORCH_NET, target, ["float32[8,4]"]) for target, _, _ in wrong.values()])
    for (name, (_, row, module)), report in zip(wrong.items(), reports, strict=True):
        assert not report.ok and report.stages["runs"] and report.stages["matches"] is False, name
        assert row in failing(report), (name, report.to_json())
        assert module in report.first_difference, (name, report.first_difference)


def test_stages_and_crashes_fail_their_case_only(small):
    target = {
        "parses": "class Net(:\n    pass\n",
        "imports": "import no_such_module\n" + KERAS_NET,
        "name": KERAS_NET.replace("class Net", "class Other"),
        "no model": "def Net():\n    return 3\n",
        "call": KERAS_NET.replace("return self.b", "raise ValueError('here') or self.b"),
        "exit": "import os\nos._exit(7)\n",
        "abort": "import os\nos.abort()\n",
        "sys.exit": "import sys\nsys.exit(0)\n",
        "weights": KERAS_NET.replace("self.b = layers.Dense(2)", "self.b = layers.Dense(2, use_bias=False)"),
        "right": KERAS_NET,
    }
    expected = {"parses": "parses", "imports": "builds", "name": "builds", "no model": "builds", "call": "runs",
                "exit": "runs", "abort": "runs", "sys.exit": "runs", "weights": "matches", "right": None}
    said = {"imports": "no_such_module", "name": "'Net'", "call": "here", "exit": "exit code 7", "abort": "SIGABRT",
            "weights": "b.bias"}
    reports = verify_many([small(TORCH_NET, text, ["float32[8,4]"]) for text in target.values()])
    for name, report in zip(target, reports, strict=True):
        stage = expected[name]
        assert report.ok is (stage is None), (name, report.to_json())
        assert stage is None or report.stages[stage] is False, (name, report.to_json())
        assert said.get(name, "") in report.error, (name, report.error)


def test_a_hanging_model_is_stopped(small):
    slow = KERAS_NET.replace("return self.b", "import time; time.sleep(600)\n        return self.b")
    report = verify_many([small(TORCH_NET, slow, ["float32[8,4]"], timeout=25)])[0]
    assert "stopped after 25 s" in report.error and not report.ok


def test_the_source_s_own_failure_is_said(small):
    broken = TORCH_NET.replace("nn.Linear(3, 2)", "nn.Linear(5, 2)")
    report = verify_many([small(broken, KERAS_NET, ["float32[8,4]"])])[0]
    assert not report.ok and report.error.startswith("the source does not run") and report.stages["builds"] is None
    assert "model.py:" in report.error


def test_a_source_that_cannot_train_is_compared_in_eval_mode(small):
    report = verify_many([small(TORCH_NET, KERAS_NET, ["float32[1,4]"])])[0]
    assert report.ok
    assert any(row.mode == "train" and row.ok is None and "the source itself fails" in row.note for row in report.rows)


def test_random_numbers_and_dropout_are_taken_out(small):
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 3), nn.Linear(4, 3)
        self.drop = nn.Dropout(0.3)
    def forward(self, x):
        mean, log = self.drop(self.a(x)), F.dropout(self.b(x), 0.2, self.training)
        z = mean + torch.randn_like(log) * torch.exp(0.5 * log)
        keep = x.new_empty(x.shape[0], 1).bernoulli_(0.8)
        return z * keep / 0.8, mean
"""
    target = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = layers.Dense(3), layers.Dense(3)
        self.drop = layers.Dropout(0.3)
        self.other = layers.Dropout(0.2)
    def call(self, x):
        mean, log = self.drop(self.a(x)), self.other(self.b(x))
        z = mean + keras.random.normal(ops.shape(log)) * ops.exp(0.5 * log)
        keep = keras.random.binomial((ops.shape(x)[0], 1), 1, 0.8)
        return [z * keep / 0.8, mean]
"""
    report = verify_many([small(source, target, ["float32[2,4]"], dtypes=["float32", "float64"])])[0]
    assert report.ok, report.to_json()


def test_recurrent_weights_and_their_gradients(small):
    source = """
class Net(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, **options)
    def forward(self, x):
        return self.rnn(x)
"""
    target = """
from tensorglot.frameworks.keras import adapters
import importlib
class Net(keras.Model):
    def __init__(self, kind, **options):
        super().__init__()
        module = importlib.import_module("tensorglot.frameworks.keras.adapters." + kind)
        self.rnn = getattr(module, kind)(4, batch_first=True, **options)
    def call(self, x):
        return self.rnn(x)
"""
    target = target.replace("from tensorglot.frameworks.keras import adapters\n", "")
    models = ["Net('LSTM')", "Net('LSTM', num_layers=2, bidirectional=True)", "Net('GRU', bidirectional=True)",
              "Net('RNN', num_layers=2)"]
    reports = verify_many([small(source, target, ["float32[2,5,3]"], model=model, dtypes=["float64"])
                           for model in models])
    for report in reports:
        assert report.ok, report.to_json()
        assert any(row.quantity == "gradients" and row.compared > 4 for row in report.rows)


def test_several_inputs_keywords_and_axes(small):
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.emb = nn.Conv1d(3, 4, 3, padding=1), nn.Embedding(7, 4)
    def forward(self, x, ids, scale=None, flag=False):
        y = self.conv(x) + self.emb(ids).transpose(1, 2)
        return {"y": y if scale is None else y * scale, "flag": flag}
"""
    target = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.emb = layers.Conv1D(4, 3, padding="same"), layers.Embedding(7, 4)
    def call(self, x, ids, scale=None, flag=False):
        y = self.conv(x) + self.emb(ids)
        return {"y": y if scale is None else y * scale, "flag": flag}
"""
    inputs = ["float32[2,3,6]", "int64[2,6]<7", "scale=float32[2,4,1]", "flag=True"]
    turn = [0, 2, 1]
    interface = {"inputs": [turn, None, turn, None], "outputs": [turn, None]}
    plan = {"interface": {"Net()": interface}}
    both = verify_many([
        small(source, target, inputs, plan, dtypes=["float32", "float64"], sizes="auto"),
        small(source, target, inputs[:2], interface=interface, sizes=[["float32[1,3,9]", "int64[1,9]<7"]]),
        small(source, target, inputs, interface={**interface, "outputs": [None, None]}),
    ])
    assert both[0].ok and both[1].ok, (both[0].to_json(), both[1].to_json())
    assert any(row.size.startswith("other size") and row.ok for row in both[0].rows)
    assert not both[2].ok and any("shape" in row.note for row in both[2].rows)


def test_the_axis_order_is_assumed_where_nobody_says_it(small):
    source = "def Net():\n    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())\n"
    target = "def Net():\n    return keras.Sequential([layers.Conv2D(4, 3), layers.ReLU()])\n"
    report = verify_many([small(source, target, ["float32[2,3,6,7]"])])[0]
    assert report.ok and report.interface == {"inputs": [[0, 2, 3, 1]], "outputs": [[0, 2, 3, 1]]}
    assert any("assumed" in note for note in report.notes)


def test_packages(tmp_path):
    """`module:EXPR`, relative imports, and both sides called the same."""
    for side, text in (("src", "from torch import nn\n" + TORCH_NET.replace("F.relu", "nn.functional.relu")),
                       ("dst", "import keras\nfrom keras import layers, ops\n" + KERAS_NET)):
        package = tmp_path / side / "zoo"
        (package / "parts").mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "parts" / "__init__.py").write_text(text)
        (package / "nets.py").write_text("from .parts import Net\n\ndef make():\n    return Net()\n")
    case = Case(tmp_path / "src" / "zoo", tmp_path / "dst" / "zoo", "nets:make()", ["float32[4,4]"], dtypes=["float32"])
    other = Case((tmp_path / "src", "zoo.nets"), (tmp_path / "dst", "zoo.nets"), "make()", ["float32[4,4]"],
                 dtypes=["float32"])
    for report in verify_many([case, other]):
        assert report.ok, report.to_json()


def test_bad_options(tmp_path):
    for options, code in (({"backend": "numpy"}, "TG002"), ({"dtypes": ["int8"]}, "TG002"), ({"modes": ["fit"]}, "TG002"),
                          ({"inputs": ["float33[2]"]}, "TG002"), ({"src": tmp_path / "none.py"}, "TG001"),
                          ({"plan": tmp_path / "none.json"}, "TG002")):
        case = pair("lenet")
        for name, value in options.items():
            setattr(case, name, value)
        with pytest.raises(TensorglotError) as caught:
            verify_many([case])
        assert caught.value.diagnostic.code == code


def test_rendering(small):
    from rich.console import Console

    report = verify_many([small(TORCH_NET, KERAS_NET, ["float32[8,4]"])])[0]
    console = Console(width=140, record=True, file=open("/dev/null", "w"))
    console.print(report.render())
    text = console.export_text()
    assert "matches: yes" in text and "outputs (1)" in text and "source's own" in text


def test_nothing_of_a_framework_is_imported_by_the_parent():
    import subprocess
    import sys

    code = ("import sys, tensorglot.verify, tensorglot.weights.convert\n"
            "assert not {'torch', 'keras', 'tensorflow', 'jax', 'h5py'} & sys.modules.keys()\n"
            "assert callable(tensorglot.verify)")
    subprocess.run([sys.executable, "-c", code], check=True)
