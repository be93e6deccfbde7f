"""The child process end to end: tape, search for examples, hostile modules."""

import ast
import json
import time
from pathlib import Path

import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.facts import Example, Limits, Tape, collect, describe
from tensorglot.source.sites import number

pytest.importorskip("torch")
pytest.importorskip("einops")
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(scope="module")
def network():
    return collect(PROGRAMS, ["network"], [Example("network", "Net(n=2)", ["float32[2,3,8,8]"])])


@pytest.fixture(scope="module")
def searched():
    return collect(PROGRAMS, ["written", "searched"], [])


def test_both_modes_run_on_storage_free_tensors(network):
    assert network.errors == []
    assert [(r["mode"], r["ok"], r["device"]) for r in network.runs[:2]] == [("eval", True, "meta"),
                                                                             ("train", True, "meta")]
    assert network.examples[0]["ok"] and network.examples[0]["found"] == "given"


def test_module_table(network):
    modules = {m["path"]: m for m in network.runs[0]["modules"].values()}
    conv = modules["blocks.1.conv.0"]
    assert (conv["class"], conv["owner"], conv["attr"]) == ("torch.nn.Conv2d", "network:Block", "conv.0")
    assert (modules["blocks.0"]["class"], modules["blocks.0"]["owner"]) == ("network:Block", "network:Net")
    text = (PROGRAMS / "network.py").read_text()
    tree = ast.parse(text)
    number(tree)
    made = next(n for n in ast.walk(tree) if getattr(n, "site", None) == conv["new"][1])
    assert ast.unparse(made) == "nn.Conv2d(dim, dim, 3, padding=1)"


def test_parameters_and_buffers_are_marked(network):
    tensors = network.runs[0]["tensors"].values()
    assert {t["path"] for t in tensors if t.get("param")} >= {"stem.weight", "blocks.0.w", "fc.bias"}
    assert {t["path"] for t in tensors if t.get("buffer")} == {"blocks.0.steps", "blocks.1.steps"}
    reads = [e for e in network.runs[0]["events"] if e["k"] == "attr" and e["name"] == "w"]
    assert {network.runs[0]["tensors"][e["o"]["t"]]["path"] for e in reads} == {"blocks.0.w", "blocks.1.w"}


def test_events_follow_the_contract(network):
    run = network.runs[0]
    named = {(e["k"], e.get("f", e.get("fn"))) for e in run["events"]}
    assert named >= {("new", "network:Block"), ("new", "torch.nn.Sequential"), ("enter", "network:Block.forward"),
                     ("return", "network:Block.forward"), ("call", "network:Base.forward"), ("call", "math.sqrt"),
                     ("call", "torch.nn.Sequential.forward"), ("layer", "torch.nn.Conv2d"), ("op", "einops.rearrange"),
                     ("op", "torch.cat"), ("op", "Tensor.view"), ("op", "operator.add")} - {("op", "Tensor.view")}
    shape = next(e for e in run["events"] if e["k"] == "attr" and e["name"] == "shape")
    assert shape["o"] == {"size": shape["x"]["t"]}
    inner = [e for e in run["events"] if e["k"] == "layer" and e["f"] == "torch.nn.ReLU"]
    assert inner and all(e["s"] is None for e in inner)


def test_tape_survives_json(network):
    again = Tape.from_json(network.to_json())
    assert again == network
    with pytest.raises(ValueError, match="version"):
        Tape.from_json(json.dumps({"version": 99}))


def test_written_examples_are_found(searched):
    found = {(e["model"], *e["inputs"]): e for e in searched.examples if e["module"] == "written"}
    assert found["Segmenter(in_channels=3, classes=2)", "float32[1,3,16,12]"]["found"] == "main"
    assert "Segmenter(in_channels=3, classes=2, bilinear=False)" in {e["model"] for e in found.values()}


def test_every_class_is_reached(searched):
    assert [e for e in searched.examples if not e["ok"]] == []
    entered = {e["fn"] for r in searched.runs if r["ok"] for e in r["events"] if e["k"] == "enter"}
    assert entered >= {f"searched:{c}.forward" for c in ("Block", "LanguageModel", "Encoder", "Decoder", "Seq2Seq",
                                                         "Classifier", "Routed")}
    assert entered >= {"written:Unused.forward", "written:Up.forward"}


def test_cold_branches_are_warmed(searched):
    calls = {(e["model"], *e["inputs"]) for e in searched.examples}
    assert ("LanguageModel(Config())", "int64[2,16]<64", "targets=int64[2,16]<64") in calls
    assert any("mask=bool[2,16]" in c for c in calls)
    assert any("pool='max'" in c[0] for c in calls)


def test_values_are_used_where_they_are_needed(searched):
    runs = [r for r in searched.runs if r["model"] == "Routed()"]
    assert {(r["device"], r["ok"]) for r in runs} == {("cpu", True)}
    assert runs[0]["inputs"] == ["float32[2,3,28,28]"]


def test_failing_example_is_explained():
    tape = collect(PROGRAMS, ["network"], [Example("network", "Net()", ["float32[2,4,8,8]"]),
                                           Example("network", "Nett()", [])])
    first, second = tape.examples[:2]
    assert not first["ok"] and "expected input" in first["error"] and "network.py:" in first["error"]
    assert "NameError: name 'Nett' is not defined" in second["error"]
    diagnostics = tape.diagnostics()
    assert [d.code for d in diagnostics[:2]] == ["TG004", "TG004"] and diagnostics[0].severity == "error"


HOSTILE = {
    "prints": ("print('{\"done\": true}')\nclass N:\n    def __call__(self, x): return x\n", ""),
    "exits": ("import sys\nsys.exit(3)\n", "the code called exit(3) (exits.py:2)"),
    "dies": ("import os\nos._exit(0)\n", "import of dies ended the process early"),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "ended by signal SIGSEGV"),
    "hangs": ("while True: pass\n", "took longer than 4 s"),
    "swallows": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
                 "took longer than"),
    "allocates": ("import numpy\nx = numpy.ones((10**11,))\n", "ran out of memory (MemoryError) (allocates.py:2)"),
    "connects": ("import socket\nsocket.create_connection(('127.0.0.1', 9))\n", "network access is not allowed"),
    "raises": ("raise ValueError('boom')\n", "ValueError: boom (raises.py:1)"),
    "broken": ("def f(:\n", "SyntaxError: invalid syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_modules_give_one_clear_error(tmp_path, name):
    text, message = HOSTILE[name]
    (tmp_path / f"{name}.py").write_text(text)
    limits = Limits(memory=6 * 2**30, wall=12, step=4)
    start = time.monotonic()
    tape = collect(tmp_path, [name], [Example(name, "N()", ["float32[2]"])], limits=limits)
    assert time.monotonic() - start < 40
    messages = [d.message for d in tape.diagnostics()]
    assert len(messages) == bool(message)
    assert all(message in m for m in messages)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{name}.py"]


@pytest.mark.parametrize("name", ["random", "torch", "my-net"])
def test_any_file_name(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("import torch\n\nclass N(torch.nn.Module):\n"
                                         "    def forward(self, x):\n        return torch.relu(x)\n")
    tape = collect(tmp_path, [name], [Example(name, "N()", ["float32[2]"])])
    assert tape.errors == [] and tape.examples[0]["ok"]
    events = tape.runs[0]["events"]
    assert [e["fn"] for e in events if e["k"] == "enter"] == [f"{name}:N.forward"]
    assert [e["f"] for e in events if e["k"] == "op"] == ["torch.relu"]


def test_runs_are_reproducible(network):
    again = collect(PROGRAMS, ["network"], [Example("network", "Net(n=2)", ["float32[2,3,8,8]"])])
    assert again.to_json() == network.to_json()


def test_bad_input_is_refused_before_anything_runs():
    with pytest.raises(TensorglotError, match="unknown dtype"):
        collect(PROGRAMS, ["network"], [Example("network", "Net()", ["float33[2]"])])


def test_description_names_what_will_run():
    text = describe(PROGRAMS, ["network"], [Example("network", "Net()", ["float32[2,3,8,8]"])])
    assert "import of network" in text and "Net()(float32[2,3,8,8])" in text and "no network" in text
    assert "factories" in describe(PROGRAMS, ["network"], [])


def test_further_factories_of_a_package_run_where_they_reach_cold_code(tmp_path):
    source = '''import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, wide):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.wide = wide

    def forward(self, x):
        if self.wide:
            x = torch.cat([x, x], dim=1)[:, :4]
        return self.fc(x)


def plain():
    return Net(False)


def again():
    return Net(False)


def wide():
    return Net(True)
'''
    (tmp_path / "first.py").write_text(source)
    (tmp_path / "second.py").write_text(source.replace("Net", "Other"))
    tape = collect(tmp_path, ["first", "second"], [])
    found = [(e["module"], e["model"]) for e in tape.succeeded()]
    assert found[:2] == [("first", "plain()"), ("second", "plain()")] and {("first", "wide()"), ("second", "wide()")} < \
        set(found)


def test_compiled_functions_are_looked_into(tmp_path):
    (tmp_path / "net.py").write_text("""import torch
from torch import nn


@torch.compile(dynamic=True)
def double(x):
    return torch.add(x, x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        return double(self.lin(x))
""")
    tape = collect(tmp_path, ["net"], [Example("net", "Net()", ["float32[2,4]"])])
    assert [r["ok"] for r in tape.runs] == [True, True]
    assert any(e["k"] == "op" and e["f"] == "torch.add" for e in tape.runs[0]["events"])


def test_function_may_give_arrays_in_dictionaries(tmp_path):
    (tmp_path / "given.py").write_text("import numpy as np\ndef items():\n    return [{'x': np.ones((2, 4), 'float32')}]\n")
    (tmp_path / "net.py").write_text("""from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, items):
        return self.lin(items[0]["x"])
""")
    tape = collect(tmp_path, ["net"], [Example("net", "Net()", [f"@{tmp_path}/given.py:items"])])
    assert [r["ok"] for r in tape.runs] == [True, True], [r["error"] for r in tape.runs]
