"""Starting: speed, versions, what is imported, options."""

import ast
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tensorglot

HEAVY = ("torch", "keras", "tensorflow", "jax", "numpy", "rich")


def test_version_is_the_packages():
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert tomllib.loads(text)["project"]["version"] == tensorglot.__version__


def test_version_is_fast():
    """Processor time, which is the wall time of an idle machine."""
    times = []
    for _ in range(5):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-m", "tensorglot", "--version"], capture_output=True, text=True)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(end.ru_utime - start.ru_utime + end.ru_stime - start.ru_stime)
    assert done.stdout == f"tensorglot {tensorglot.__version__}\n" and done.returncode == 0
    assert min(times) < 0.15


def test_importing_imports_no_framework():
    code = ("import sys, tensorglot, tensorglot.api, tensorglot.cli.parser, tensorglot.cli.migrate;"
            f"print([m for m in {HEAVY!r} if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_public_names():
    for name in tensorglot.__all__:
        assert getattr(tensorglot, name) is not None and name in dir(tensorglot)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tensorglot.nothing


@pytest.mark.parametrize("arguments, message", [
    ([], "a command is missing"),
    (["nothing"], "invalid choice"),
    (["migrate"], "required"),
    (["migrate", "a.py"], "--to"),
    (["migrate", "a.py", "--to", "pytorch"], "unknown framework 'pytorch'"),
    (["migrate", "a.py", "--to", "Keras"], "did you mean 'keras'"),
    (["migrate", "a.py", "--to", "keras", "--from", "caffe"], "unknown framework 'caffe'"),
    (["migrate", "a.py", "--to", "keras", "--layout", "nchw"], "--layout"),
    (["migrate", "a.py", "--to", "keras", "--report", "r.txt"], "'r.txt' ends with none of"),
    (["migrate", "a.py", "--to", "keras", "--frobnicate"], "--frobnicate"),
    (["migrate", "a.py", "--to", "keras", "--out", "b.py"], "--out"),
    (["migrate", "a.py", "--to", "keras", "--input", "float32[1]"], "before any --model"),
    (["migrate", "", "--to", "keras"], "an empty path"),
    (["migrate", "-", "a.py", "--to", "keras"], "standard input"),
    (["verify", "a.py"], "required"),
    (["verify", "a.py", "b.py"], "needs --model"),
    (["inspect", "a.py", "--after", "loft"], "did you mean 'lift'"),
    (["inspect", "a.py", "--format", "png"], "--format"),
    (["generate", "a.json"], "--to"),
    (["coverage", "--to", "keros"], "did you mean 'keras'"),
    (["convert", "a.pt"], "required"),
    (["convert", "a.pt", "-o", "b.h5"], "a plan is needed"),
])
def test_wrong_options_are_one_clear_message(cli, project, arguments, message):
    code, out, err = cli(*arguments)
    assert code == 2 and out == "" and err.startswith("error[TG002]: ") and message in err
    assert list(project.iterdir()) == []


def test_help_of_every_command():
    for command in ("migrate", "verify", "inspect", "generate", "coverage", "convert"):
        done = subprocess.run([sys.executable, "-m", "tensorglot", command, "--help"], capture_output=True, text=True)
        assert done.returncode == 0 and f"tensorglot {command}" in done.stdout


def test_models_and_inputs_keep_their_order():
    from tensorglot.cli.parser import parse

    options = parse(["migrate", "a.py", "--to", "keras", "--model", "A()", "--input", "float32[1]", "--input",
                     "m=None", "--model", "b:B()", "--model", "C(1)", "--input", "-1"])
    assert options.examples == [("A()", ["float32[1]", "m=None"]), ("b:B()", []), ("C(1)", ["-1"])]
    options = parse(["verify", "a.py", "b.py", "--model", "A()", "--input", "float32[1]", "int64[2]<9"])
    assert options.examples == [("A()", ["float32[1]", "int64[2]<9"])]


def test_two_parses_share_nothing():
    from tensorglot.cli.parser import parse

    first = parse(["migrate", "a.py", "--to", "keras", "--model", "A()"])
    second = parse(["migrate", "a.py", "--to", "keras"])
    assert first.examples == [("A()", [])] and second.examples is None


def test_the_commands_import_no_framework_by_name():
    for file in (Path(tensorglot.__file__).parent / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & set(HEAVY[:4]), file


def test_the_documentation_lists_every_code():
    from tensorglot.diagnostics import CODES

    text = (Path(__file__).parents[2] / "docs/cli.md").read_text()
    table = "".join(f"| {code} | {title} |\n" for code, title in CODES.items())
    assert table in text, "docs/cli.md: replace its last table by this one:\n" + table
