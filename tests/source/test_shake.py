"""Tree shaking: what is kept of a module that was reached and not named."""

import ast
from pathlib import Path

import pytest

from tensorglot.source.project import Project, from_paths
from tensorglot.source.shake import shake

LAYERS = '''"""Layers."""
import math
from typing import Dict, List

import torch
from torch import nn

from .helpers import (
    halved,
    table,
    unused,  # of no use here
)

LIMIT = 3
OTHER = 4


# Says what Used is.
class Used(nn.Module):
    """A layer."""

    def forward(self, x):
        return halved(x) * LIMIT

    def cold(self, x):
        """Never entered."""
        # a comment that goes with the body
        return torch.relu(x)

    def width(self):
        return LIMIT + 1


# Says what Unused is.
class Unused(nn.Module):
    def forward(self, x):
        return unused(x) * OTHER


TABLE = {}
TABLE["used"] = Used
ALIASES = {}
ALIASES["unused"] = Unused


def register(cls):
    """Runs when the file is imported."""
    TABLE[cls.__name__] = torch.nn.Identity
    return cls


@register
class Registered(nn.Module):
    def forward(self, x):
        return x
'''

HELPERS = '''import torch


def halved(x):
    return x / 2


def table():
    return {}


def unused(x):
    return torch.relu(x)
'''

HOT = {"pkg.net:Net.forward", "pkg.layers:Used.forward", "pkg.helpers:halved"}


def project(folder: Path, net: str) -> Project:
    """A package `pkg` with layers and helpers, of which `net` was named."""
    package = folder / "pkg"
    package.mkdir()
    for name, text in {"__init__": "", "layers": LAYERS, "helpers": HELPERS, "net": net, "lost": "import torch\n"}.items():
        (package / f"{name}.py").write_text(text)
    return from_paths([package / "net.py"])


def shaken(project: Project, hot: set[str] | None = HOT) -> dict[str, str]:
    """The files as they are printed: texts without the cuts."""
    from tensorglot.pivot.nodes import uncut

    shake(project, frozenset({"torch"}), None if hot is None else hot.__contains__, lambda name: name == "relu")
    return {m: uncut(f.text, f.cuts, 0, len(f.text)) for m, f in project.files.items()}


NET = '''import torch
from .layers import Used


class Net(torch.nn.Module):
    def forward(self, x):
        return Used()(x)


def own():
    return 1
'''


def test_only_what_is_needed(tmp_path: Path) -> None:
    made = project(tmp_path, NET)
    texts = shaken(made)
    assert set(texts) == {"pkg.net", "pkg.layers", "pkg.helpers"} and made.packages == {"pkg"}
    assert texts["pkg.net"] == NET
    layers = texts["pkg.layers"]
    assert "class Used" in layers and "# Says what Used is." in layers and "LIMIT = 3" in layers
    for gone in ("Unused", "OTHER", "TABLE", "ALIASES", "register", "List"):
        assert gone not in layers, gone
    assert [n.name for n in ast.parse(texts["pkg.helpers"]).body if isinstance(n, ast.FunctionDef)] == ["halved"]
    assert "\n\n\n\n" not in layers and layers.startswith('"""Layers."""\n')


def test_bodies_that_no_example_entered(tmp_path: Path) -> None:
    made = project(tmp_path, NET)
    texts = shaken(made)
    tree = made.files["pkg.layers"].tree
    used = next(n for n in tree.body if isinstance(n, ast.ClassDef))
    cold = next(n for n in used.body if isinstance(n, ast.FunctionDef) and n.name == "cold")
    assert ast.get_docstring(cold) == "Never entered." and isinstance(cold.body[1], ast.Raise)
    assert "a comment that goes" not in texts["pkg.layers"]
    width = next(n for n in used.body if isinstance(n, ast.FunctionDef) and n.name == "width")
    assert isinstance(width.body[0], ast.Return)  # nothing of the framework in it
    assert made.files["pkg.layers"].raising == ["Used.cold"]


def test_nothing_run(tmp_path: Path) -> None:
    made = project(tmp_path, NET)
    texts = shaken(made, None)
    assert "torch.relu(x)" in texts["pkg.layers"] and "Unused" not in texts["pkg.layers"]


@pytest.mark.parametrize(("net", "kept", "gone"), [
    ("from .layers import TABLE\n", ["TABLE[\"used\"] = Used", "class Used"], ["class Unused", "ALIASES"]),
    ("from .layers import Registered\n", ["def register", "TABLE[cls.__name__] = torch.nn.Identity"], ["Unused"]),
    ("from . import layers\nx = layers.ALIASES\n", ["class Unused"], ["class Used", "register"]),
    ("import pkg.layers\nx = pkg.layers.LIMIT\n", ["LIMIT = 3"], ["class Used", "OTHER"]),
    ("from .layers import *\n", ["class Used", "class Unused", "class Registered"], []),
    ("def f():\n    from .layers import LIMIT\n    return LIMIT\n", ["LIMIT = 3"], ["OTHER"]),
])
def test_ways_to_refer(tmp_path: Path, net: str, kept: list[str], gone: list[str]) -> None:
    layers = shaken(project(tmp_path, net))["pkg.layers"]
    assert all(text in layers for text in kept) and not any(text in layers for text in gone), layers


def test_an_import_loses_names(tmp_path: Path) -> None:
    made = project(tmp_path, NET)
    layers = shaken(made)["pkg.layers"]
    statement = next(n for n in ast.parse(layers).body if isinstance(n, ast.ImportFrom) and n.level)
    assert [a.name for a in statement.names] == ["halved"] and "of no use here" not in layers
