"""Instrumented code means what it meant before; sites are those of the parent's tree."""

import ast
import importlib.util
from pathlib import Path

import pytest

from tensorglot.source.sites import number

PROGRAMS = Path(__file__).parent / "programs"
torch = pytest.importorskip("torch")


def _plain(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def instrumented(monkeypatch):
    """Loads a program with hooks, as the child does, and gives the recorder too."""
    from tensorglot.facts.runner.finder import InstrumentingLoader, Project
    from tensorglot.frameworks.torch.runner.recorder import Recorder

    def load(path):
        monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
        recorder = Recorder(Project(path.parent, [path.stem]))
        loader = InstrumentingLoader(path.stem, str(path), recorder)
        spec = importlib.util.spec_from_file_location(path.stem, path, loader=loader)
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
        return module, recorder

    return load


@pytest.mark.parametrize("recording", [False, True])
def test_meaning_is_unchanged(instrumented, recording):
    path = PROGRAMS / "constructs.py"
    expected = _plain(path).everything()
    module, recorder = instrumented(path)
    recorder.on = recording
    actual = module.everything()
    assert repr(actual) == repr(expected)
    assert bool(recorder.events) is recording


def test_exceptions_pass_unchanged(instrumented, tmp_path):
    path = tmp_path / "fails.py"
    path.write_text("def f(x):\n    return x.missing + [][0]\n")
    module, recorder = instrumented(path)
    recorder.on = True
    with pytest.raises(AttributeError, match="'int' object has no attribute 'missing'") as caught:
        module.f(3)
    assert caught.traceback[1].lineno + 1 == 2


def test_events_stand_at_the_sites_of_their_expressions(instrumented, tmp_path):
    path = tmp_path / "sites.py"
    text = ("import torch\nimport torch.nn.functional as F\n\ndef f(x, y=None):\n    x = F.relu(x) @ x.T\n"
            "    x[0] += x.shape[0]\n    z = torch.cat([x, -x], dim=0)\n    return z.view(-1)[1:]\n")
    path.write_text(text)
    module, recorder = instrumented(path)
    recorder.on = True
    module.f(torch.zeros(2, 2))
    tree = ast.parse(text)
    number(tree)
    nodes = {node.site: node for node in ast.walk(tree) if hasattr(node, "site")}
    seen = {(e.get("f") or e["k"], ast.unparse(nodes[e["s"][1]])) for e in recorder.events if "s" in e}
    assert seen == {("torch.nn.functional.relu", "F.relu(x)"), ("attr", "x.T"), ("operator.matmul", "F.relu(x) @ x.T"),
                    ("operator.getitem", "x[0]"), ("attr", "x.shape"), ("operator.getitem", "x.shape[0]"),
                    ("operator.iadd", "x[0] += x.shape[0]"), ("operator.setitem", "x[0]"), ("operator.neg", "-x"),
                    ("torch.cat", "torch.cat([x, -x], dim=0)"), ("Tensor.view", "z.view(-1)"),
                    ("operator.getitem", "z.view(-1)[1:]"), ("return", "return z.view(-1)[1:]")}


def test_numbering_is_preorder_and_skips_shared_nodes():
    tree = ast.parse("a = b + f(c)")
    number(tree)
    order = sorted((n.site, type(n).__name__) for n in ast.walk(tree) if hasattr(n, "site"))
    assert [name for _, name in order] == ["Module", "Assign", "Name", "BinOp", "Name", "Call", "Name", "Name"]
    assert [n for n, _ in order] == list(range(8))
