"""Writing: all or nothing."""

import os

import pytest
from cli_helpers import tree

from tensorglot.diagnostics import TensorglotError
from tensorglot.source import output

PLAN = {"version": 1}


def test_a_failure_midway_puts_everything_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    output.write(out, {"a.py": "1", "b/c.py": "2", "old.py": "3"}, PLAN)
    before = tree(tmp_path)
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(target)
        if len(calls) == 4:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(TensorglotError, match="No space left"):
        output.write(out, {"a.py": "x", "b/c.py": "y", "d/e.py": "z"}, PLAN)
    monkeypatch.setattr(os, "replace", real)
    assert tree(tmp_path) == before and not (out / "d").exists()
    assert not [name for name in os.listdir(out) if name.startswith(".tensorglot")]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_staging_leaves_nothing(tmp_path, monkeypatch, error):
    def write_bytes(self, data):
        raise error

    monkeypatch.setattr(type(tmp_path), "write_bytes", write_bytes)
    with pytest.raises((TensorglotError, KeyboardInterrupt)):
        output.write(tmp_path / "deep/er/out", {"a.py": "1"}, PLAN)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_followed_not_replaced(tmp_path):
    (tmp_path / "real.py").write_text("old")
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    output.write(tmp_path / "link.py", {"a.py": "new"}, PLAN, force=True)
    assert (tmp_path / "link.py").is_symlink() and (tmp_path / "real.py").read_text() == "new"


def test_permissions_are_those_of_a_plain_write(tmp_path):
    (tmp_path / "plain").write_text("")
    output.write(tmp_path / "a.py", {"a.py": ""}, PLAN)
    assert (tmp_path / "a.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_names_can_not_leave_the_folder(tmp_path):
    for name in ("../up.py", "/etc/x.py"):
        with pytest.raises(ValueError, match="leaves the output folder"):
            output.write(tmp_path / "out", {name: ""}, PLAN)


@pytest.mark.parametrize("plan", ["", "[]", "{}", '{"generated": 1}', '{"generated": {"files": {"../x.py": "0"}}}'])
def test_a_broken_plan_is_no_licence_to_overwrite(tmp_path, plan):
    (tmp_path / "a.py").write_text("mine")
    (tmp_path / "a.plan.json").write_text(plan)
    with pytest.raises(TensorglotError, match="not written by tensorglot"):
        output.write(tmp_path / "a.py", {"a.py": "new"}, PLAN)
    assert (tmp_path / "a.py").read_text() == "mine"


def test_a_foreign_plan_is_kept(tmp_path):
    (tmp_path / "a.plan.json").write_text("mine")
    with pytest.raises(TensorglotError, match="a.plan.json exists"):
        output.write(tmp_path / "a.py", {"a.py": "new"}, PLAN)
    assert sorted(tree(tmp_path)) == ["a.plan.json"]
