"""Verification of whole models, in child processes."""

from __future__ import annotations

import io
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
        imports = {"src": "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n",
                   "dst": "import keras\nfrom keras import layers, ops\n"}
        for side, text in (("src", source), ("dst", target)):
            folder = self.folder / str(self.count) / side
            folder.mkdir(parents=True)
            (folder / "model.py").write_text(imports[side] + text)
        here = self.folder / str(self.count)
        document = {"version": 1, "source": "torch", "target": "keras", "classes": {}} | (plan or {})
        (here / "dst" / "model.plan.json").write_text(json.dumps(document))
        options = {"dtypes": ["float32"], "sizes": [], "model": "Net()", **options}
        return Case(here / "src" / "model.py", here / "dst" / "model.py", inputs=inputs, **options)


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


RANDOM_TORCH = """
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
RANDOM_KERAS = """
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
#: Of one image, the batch norm's gradient comes in as a transposed view.
TURNED_TORCH = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.b = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2)
    def forward(self, x):
        return self.b(self.norm(self.conv(x)).flatten(2).transpose(1, 2))
"""
TURNED_KERAS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = layers.Conv2D(4, 3), layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.b = layers.Dense(2)
    def call(self, x):
        return self.b(ops.reshape(self.norm(self.conv(x)), (x.shape[0], -1, 4)))
"""

RECURRENT_TORCH = """
class Net(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, **options)
    def forward(self, x):
        return self.rnn(x)
"""
RECURRENT_KERAS = """
import importlib
class Net(keras.Model):
    def __init__(self, kind, **options):
        super().__init__()
        module = importlib.import_module("tensorglot.frameworks.keras.adapters." + kind)
        self.rnn = getattr(module, kind)(4, batch_first=True, **options)
    def call(self, x):
        return self.rnn(x)
"""
MIXED_TORCH = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.emb = nn.Conv1d(3, 4, 3, padding=1), nn.Embedding(7, 4)
    def forward(self, x, ids, scale=None, flag=False):
        y = self.conv(x) + self.emb(ids).transpose(1, 2)
        return {"y": y if scale is None else y * scale, "flag": flag}
"""
MIXED_KERAS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.emb = layers.Conv1D(4, 3, padding="same"), layers.Embedding(7, 4)
    def call(self, x, ids, scale=None, flag=False):
        y = self.conv(x) + self.emb(ids)
        return {"y": y if scale is None else y * scale, "flag": flag}
"""
MIXED_INPUTS = ["float32[2,3,6]", "int64[2,6]<7", "scale=float32[2,4,1]", "flag=True"]
TURN = [0, 2, 1]
INTERFACE = {"inputs": [TURN, None, TURN, None], "outputs": [TURN, None]}

#: Wrong targets: the text, the comparison that must fail, and what the first difference must say.
WRONG = {
    "epsilon": (KERAS_NET.replace("epsilon=1e-5", "epsilon=1e-3"), ("eval", "outputs"), "norm -> norm"),
    "momentum": (KERAS_NET.replace("momentum=0.9", "momentum=0.99"), ("train", "buffers"), ""),
    "activation": (KERAS_NET.replace("ops.relu", "ops.gelu"), ("eval", "outputs"), "b -> b (call 1): its inputs"),
    "stopped gradient": (KERAS_NET.replace("(self.a(x))", "(ops.stop_gradient(self.a(x)))"), ("eval", "gradients"), ""),
    "inference only": (KERAS_NET.replace("(self.a(x))", "(self.a(x), training=False)"), ("train", "outputs"), ""),
    "structure": (KERAS_NET.replace("return self.b", "return 0, self.b"), ("eval", "outputs"), ""),
}

#: Targets that do not get as far: the text, the stage that fails, and what is said.
BROKEN = {
    "syntax": ("class Net(:\n    pass\n", "parses", "model.py"),
    "import": ("import no_such_module\n" + KERAS_NET, "builds", "no_such_module"),
    "name": (KERAS_NET.replace("class Net", "class Other"), "builds", "'Net'"),
    "no model": ("def Net():\n    return 3\n", "builds", "int"),
    "call": (KERAS_NET.replace("return self.b", "raise ValueError('here') or self.b"), "runs", "here (model.py:"),
    "weights": (KERAS_NET.replace("self.b = layers.Dense(2)", "self.b = layers.Dense(2, use_bias=False)"), "matches",
                "b.bias"),
    "exit": ("import os\nos._exit(7)\n", "runs", "exit code 7"),
    "abort": ("import os\nos.abort()\n", "runs", "SIGABRT"),
    "sys.exit": ("import sys\nsys.exit(0)\n", "runs", "exit code 0"),
    "network": ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')\n", "builds", "not allowed"),
    "hang": (KERAS_NET.replace("return self.b", "import time; time.sleep(600)\n        return self.b"), "runs",
             "stopped after 20 s"),
}

RECURRENT = ["Net('LSTM')", "Net('LSTM', num_layers=2, bidirectional=True)", "Net('GRU', bidirectional=True)",
             "Net('RNN', num_layers=2)"]


def package(folder: Path) -> Path:
    """A package on each side, both called the same."""
    for side, text in (("src", "from torch import nn\n" + TORCH_NET.replace("F.relu", "nn.functional.relu")),
                       ("dst", "import keras\nfrom keras import layers, ops\n" + KERAS_NET)):
        parts = folder / side / "zoo" / "parts"
        parts.mkdir(parents=True)
        (parts.parent / "__init__.py").write_text("")
        (parts / "__init__.py").write_text(text)
        (parts.parent / "nets.py").write_text("from .parts import Net\n\ndef make():\n    return Net()\n")
    return folder


def all_cases(folder: Path) -> dict[str, Case]:
    small, zoo = Small(folder), package(folder / "package")
    net = ["float32[8,4]"]
    cases = {name: pair(name) for name in INPUTS}
    cases |= {"right": small(TORCH_NET, KERAS_NET, net), "batch of one": small(TORCH_NET, KERAS_NET, ["float32[1,4]"])}
    cases |= {name: small(TORCH_NET, text, net) for name, (text, _, _) in WRONG.items()}
    cases["source"] = small(TORCH_NET.replace("nn.Linear(3, 2)", "nn.Linear(5, 2)"), KERAS_NET, net)
    cases["single"] = small(TORCH_NET.replace("return ", "return self.b(torch.ones(1, 3, dtype=torch.float32)) + "),
                            KERAS_NET.replace("return ", "return self.b(ops.ones((1, 3))) + "), net)
    cases["random"] = small(RANDOM_TORCH, RANDOM_KERAS, ["float32[2,4]"], dtypes=["float32", "float64"])
    cases |= {model: small(RECURRENT_TORCH, RECURRENT_KERAS, ["float32[2,5,3]"], model=model, dtypes=["float64"])
              for model in RECURRENT}
    cases["mixed"] = small(MIXED_TORCH, MIXED_KERAS, MIXED_INPUTS, {"interface": {"Net()": INTERFACE}},
                           dtypes=["float32", "float64"], sizes="auto")
    cases["given sizes"] = small(MIXED_TORCH, MIXED_KERAS, MIXED_INPUTS[:2], interface=INTERFACE,
                                 sizes=[["float32[1,3,9]", "int64[1,9]<7"]])
    cases["wrong axes"] = small(MIXED_TORCH, MIXED_KERAS, MIXED_INPUTS,
                                interface={**INTERFACE, "outputs": [None, None]})
    cases["assumed"] = small("def Net():\n    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())\n",
                             "def Net():\n    return keras.Sequential([layers.Conv2D(4, 3), layers.ReLU()])\n",
                             ["float32[2,3,6,7]"])
    cases["package"] = Case(zoo / "src" / "zoo", zoo / "dst" / "zoo", "nets:make()", ["float32[4,4]"],
                            dtypes=["float32"])
    cases["module"] = Case((zoo / "src", "zoo.nets"), (zoo / "dst", "zoo.nets"), "make()", ["float32[4,4]"],
                           dtypes=["float32"])
    cases |= {name: small(TORCH_NET, text, net, timeout=20 if name == "hang" else 300)
              for name, (text, _, _) in BROKEN.items()}
    cases["one image"] = small(TURNED_TORCH, TURNED_KERAS, ["float32[1,3,5,6]"], interface={"inputs": [[0, 2, 3, 1]]},
                               dtypes=["float32", "float64"], modes=["eval"])
    cases["last"] = small(TORCH_NET, KERAS_NET, net)
    return cases


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, VerifyReport]:
    """Reports on all cases, made in one go: frameworks are imported once."""
    cases = all_cases(tmp_path_factory.mktemp("cases"))
    return dict(zip(cases, verify_many(list(cases.values())), strict=True))


def failing(report: VerifyReport) -> set[tuple[str, str]]:
    return {(row.mode, row.quantity) for row in report.rows if row.ok is False}


@pytest.mark.parametrize("name", INPUTS)
def test_pairs_match_in_both_dtypes(reports, name):
    report = reports[name]
    assert report.ok, report.to_json()
    assert {(r.dtype, r.mode, r.quantity) for r in report.rows} >= {
        (d, m, q) for d in ("float32", "float64") for m in ("eval", "train") for q in ("outputs", "gradients")}
    assert max(r.error for r in report.rows if r.dtype == "float64" and r.error is not None) < 1e-12


def test_what_a_report_says(reports):
    resnet = reports["resnet"]
    assert any(r.size.startswith("other size: float32[2,3,8,12]") and r.ok for r in resnet.rows)
    assert any("n/(n-1)" in note for note in resnet.notes)
    assert reports["lenet"].weights == "8 moved"
    assert VerifyReport.from_json(json.loads(json.dumps(resnet.to_json()))) == resnet


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_other_backends(backend):
    for report in verify_many([pair("lenet", backend=backend), pair("resnet", backend=backend)]):
        assert report.ok, report.to_json()
        assert {row.dtype for row in report.rows} == {"float32"}


@pytest.mark.parametrize("name", WRONG)
def test_a_difference_is_found_and_named(reports, name):
    report, (_, row, module) = reports[name], WRONG[name]
    assert not report.ok and report.stages["runs"] and report.stages["matches"] is False
    assert row in failing(report), report.to_json()
    assert module in report.first_difference


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_get_as_far(reports, name):
    report, (_, stage, said) = reports[name], BROKEN[name]
    assert not report.ok and report.stages[stage] is False, report.to_json()
    assert said in report.error


@pytest.mark.parametrize("name", ["right", "last", "random", "mixed", "given sizes", "package", "module",
                                  "one image"])
def test_right_ones(reports, name):
    assert reports[name].ok, reports[name].to_json()


def test_the_source_s_own_failure_is_said(reports):
    report = reports["source"]
    assert not report.ok and report.error.startswith("the source does not run") and report.stages["builds"] is None
    assert "model.py:" in report.error


def test_a_source_that_cannot_train_is_compared_in_eval_mode(reports):
    report = reports["batch of one"]
    assert report.ok
    assert any(row.mode == "train" and row.ok is None and "the source itself fails" in row.note for row in report.rows)


def test_gradients_of_a_source_that_runs_in_float32_only_are_held_against_its_own_and_that_is_said(reports):
    report = reports["single"]
    assert report.ok, report.to_json()
    rows = [row for row in report.rows if row.quantity == "gradients"]
    assert rows and all(row.ok and "does not run in float64" in row.note for row in rows)


@pytest.mark.parametrize("model", RECURRENT)
def test_recurrent_weights_and_their_gradients(reports, model):
    report = reports[model]
    assert report.ok, report.to_json()
    assert any(row.quantity == "gradients" and row.compared > 4 for row in report.rows)


def test_several_inputs_keywords_and_axes(reports):
    assert any(row.size.startswith("other size") and row.ok for row in reports["mixed"].rows)
    assert not reports["wrong axes"].ok and any("shape" in row.note for row in reports["wrong axes"].rows)


def test_the_axis_order_is_assumed_where_nobody_says_it(reports):
    report = reports["assumed"]
    assert report.ok and report.interface == {"inputs": [[0, 2, 3, 1]], "outputs": [[0, 2, 3, 1]]}
    assert any("assumed" in note for note in report.notes)


@pytest.mark.parametrize(("option", "value", "code"), [
    ("backend", "numpy", "TG002"), ("dtypes", ["int8"], "TG002"), ("modes", ["fit"], "TG002"),
    ("inputs", ["float33[2]"], "TG002"), ("src", "no_such_file.py", "TG001"), ("plan", "none.json", "TG002")])
def test_bad_options(option, value, code):
    case = pair("lenet")
    setattr(case, option, value)
    with pytest.raises(TensorglotError) as caught:
        verify_many([case])
    assert caught.value.diagnostic.code == code


def test_rendering(reports):
    from rich.console import Console

    console = Console(width=140, record=True, file=io.StringIO())
    console.print(reports["right"].render())
    text = console.export_text()
    assert "matches: yes" in text and "outputs (1)" in text and "source's own" in text


def test_nothing_of_a_framework_is_imported_by_the_parent():
    import subprocess
    import sys

    code = ("import sys, tensorglot.verify, tensorglot.weights.convert\n"
            "assert not {'torch', 'keras', 'tensorflow', 'jax', 'h5py'} & sys.modules.keys()\n"
            "assert callable(tensorglot.verify)")
    subprocess.run([sys.executable, "-c", code], check=True)
