"""Hostile inputs: exit code, diagnostic, position, and nothing half-written."""

import ast
import functools
import importlib.util
import io
import re
import shlex
import sys

import causes_code
import causes_files
import causes_run
import causes_weights
import pytest

CASES = causes_files.CASES + causes_run.CASES + causes_code.CASES + causes_weights.CASES
#: Modules without which a case can't be run.
_HOMES = {"": [], "pipeline": ["tensorglot.pipeline"], "torch": ["tensorglot.pipeline", "torch"],
          "weights": ["tensorglot.weights.derive", "torch", "h5py"]}


def test_there_are_enough_distinct_causes():
    causes = [case.cause for case in CASES]
    assert len(set(causes)) == len(causes) >= 60


@pytest.fixture
def short_limits(monkeypatch):
    """A hanging program is stopped after seconds, one that allocates without end after 4 GiB."""
    from tensorglot import facts

    limits = functools.partial(facts.Limits, wall=60, step=6, search=20, memory=4 * 2**30)
    monkeypatch.setattr(facts, "Limits", limits)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_hostile_input(case, tmp_path, monkeypatch, capfdbinary, short_limits, request):
    if any(importlib.util.find_spec(name) is None for name in _HOMES[case.needs]):
        pytest.skip(f"needs {_HOMES[case.needs]}")
    if case.gap:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case.gap))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENSORGLOT_SECRET", "1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(case.stdin)))
    for name, content in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if case.prepare:
        case.prepare(tmp_path)
    before = _tree(tmp_path)

    from tensorglot.cli import main

    code = main(shlex.split(case.command))
    captured = capfdbinary.readouterr()
    out, err = captured.out.decode(), captured.err.decode()

    assert "Traceback" not in err and "internal fault" not in err, err
    assert code == case.code, err
    _check_message(case, err)
    _check_files(case, tmp_path, before, out)


def _tree(folder):
    """Contents of a folder: regular files with their bytes, other entries by their kind."""
    out = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            out[name] = "link"
        elif path.is_file():
            out[name] = path.read_bytes()
    return out


def _check_message(case, err):
    if case.diagnostic is None:
        assert "error[" not in err, err
        return
    heads = [line for line in err.splitlines() if re.match(rf"(error|warning)\[{case.diagnostic}", line)]
    assert heads, err
    if case.place:
        assert any(line.split("] ", 1)[1].startswith(case.place) for line in heads if "] " in line), err
    assert case.says in err, err
    if case.code == 2:
        assert err.count("error[") == 1, err


def _check_files(case, folder, before, out):
    after = _tree(folder)
    assert not [name for name in after if ".tensorglot-" in name or name.endswith(".part")]
    assert {name: after.get(name) for name in before} == before
    new = set(after) - set(before)
    if case.code == 2:
        assert not new and out == ""
        assert not [path for path in folder.iterdir() if path.is_dir() and not any(path.rglob("*"))]
        return
    siblings = {f"out/{name}" for name in case.files if name.endswith(".py") and name != "net.py"}
    assert {"out/new.py", "out/new.plan.json"} <= new <= {"out/new.py", "out/new.plan.json"} | siblings, new
    for name in new:
        if name.endswith(".py"):
            ast.parse(after[name])
    assert "noise" not in out
