"""The commands with the real passes on a small network."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import tensorglot
from tensorglot.pivot import json as pivot_json
from tensorglot.pivot import validate

NET = '''import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """A net."""

    def __init__(self, width=4):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1)  # keeps the size
        self.fc = nn.Linear(width, 2)

    def forward(self, x):
        x = F.relu(self.conv(x))
        return self.fc(x.mean((2, 3)))
'''
EXAMPLE = ("--model", "Net()", "--input", "float32[2,3,8,8]")

pytestmark = pytest.mark.slow


@pytest.fixture
def net(project):
    pytest.importorskip("torch")
    path = project / "net.py"
    path.write_text(NET)
    return path


@pytest.mark.parametrize("stage, says", [
    ("lift", "self.conv = layer.conv2d(I=3, out=width"), ("facts", "float32[2,3,8,8]"), ("infer", "-> "),
    ("lower", "layers.Conv2D(width, 3")])
def test_inspect_as_text(cli, net, stage, says):
    code, out, err = cli("inspect", "net.py", "--after", stage, *EXAMPLE)
    assert code == 0 and says in out, out + err


def test_inspect_writes_pictures(cli, net, project):
    for form in ("svg", "mermaid"):
        assert cli("inspect", "net.py", "--format", form, "-o", f"net.{form}")[0] == 0
    assert "conv2d" in (project / "net.svg").read_text() and "flowchart" in (project / "net.mermaid").read_text()
    assert cli("inspect", "net.py", "--format", "svg", "-o", "net.svg")[0] == 2


def test_generate_equals_migrate(cli, net, project):
    """A saved pivot gives the same text; without text and spans still a program; an edited number changes it."""
    direct = cli("migrate", "net.py", "--to", "keras", *EXAMPLE)[1]
    assert cli("inspect", "net.py", "--after", "facts", "--format", "json", "-o", "net.json", *EXAMPLE)[0] == 0
    code, saved, err = cli("generate", "net.json", "--to", "keras")
    assert code == 0 and saved == direct, err
    program = pivot_json.loads((project / "net.json").read_text())
    assert validate.problems(program) == []
    (project / "bare.json").write_text(pivot_json.dumps(program, text=False, spans=False))
    bare = cli("generate", "bare.json", "--to", "keras")[1]
    assert "layers.Conv2D(width, 3, padding=" in bare and "ops.mean(" in bare
    document = json.loads((project / "bare.json").read_text())
    _edit(document["files"])
    (project / "bare.json").write_text(json.dumps(document))
    assert "def __init__(self, width=9)" in cli("generate", "bare.json", "--to", "keras")[1]


def _edit(value):
    """Replaces the default 4 by 9 wherever it is a constant."""
    if isinstance(value, dict):
        if value.get("node") == "Host" and value.get("kind") == "Constant" and value["fields"].get("value") == 4:
            value["fields"]["value"] = 9
        for item in value.values():
            _edit(item)
    elif isinstance(value, list):
        for item in value:
            _edit(item)


def test_generate_needs_no_source_framework(cli, net, project):
    cli("inspect", "net.py", "--after", "facts", "--format", "json", "-o", "net.json", *EXAMPLE)
    code = ("import sys; sys.modules['torch'] = None; from tensorglot.cli import main; "
            "sys.exit(main(['generate', 'net.json', '--to', 'keras', '-o', 'new.py']))")
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (project / "new.py").exists() and (project / "new.plan.json").exists()


def test_output_is_byte_identical_from_process_to_process(net, project):
    for name, seed in (("a", "1"), ("b", "2")):
        (project / name).mkdir()
        subprocess.run([sys.executable, "-m", "tensorglot", "migrate", "net.py", "--to", "keras", "-o", f"{name}/n.py",
                        *EXAMPLE], cwd=project, env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                       capture_output=True)
    for file in ("n.py", "n.plan.json"):
        assert (project / "a" / file).read_bytes() == (project / "b" / file).read_bytes()
    shutil.rmtree(project / "a")


def test_api_with_and_without_running(net):
    made = tensorglot.migrate(net, to="keras", model="Net()", inputs=["float32[2,3,8,8]"])
    assert made.ok and made.facts is not None and "# keeps the size" in made.code and made.interface
    assert [e.model for e in made.examples][0] == "Net()"
    static = tensorglot.migrate(NET, to="keras", run=False)
    assert static.facts is None and "layers.Dense(2)" in static.code
