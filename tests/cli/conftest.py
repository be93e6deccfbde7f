"""A stand-in for the passes: the commands are tested without a framework."""

import json
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tensorglot.diagnostics import Diagnostic
from tensorglot.pivot import nodes


@dataclass
class Example:
    module: str
    model: str
    inputs: list


@dataclass
class Result:
    files: dict
    plan: dict
    diagnostics: list
    pivot: object
    facts: object = None
    stats: dict = field(default_factory=dict)
    interface: dict = field(default_factory=dict)
    examples: list = field(default_factory=list)


class Passes:
    """Replaces `torch` by the target's name; a line with MARK gets an error diagnostic."""

    def __init__(self):
        self.calls = []

    def migrate_project(self, given, *, to, sink, progress, examples, **options):
        self.calls.append({"given": given, "to": to, "examples": examples, **options})
        progress("lifting")
        if isinstance(given, str):
            texts = {"source.py": given}
        else:
            texts = {}
            for path in given:
                files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
                root = path.parent
                texts |= {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
        found = [Diagnostic("TG010", "error", f"{word} is unknown", "remove it", name, number, line.index("MARK"), line,
                            line.index("MARK") + 4)
                 for name, text in texts.items() for number, line in enumerate(text.split("\n"), 1)
                 for word in ["MARK"] if word in line]
        for diagnostic in found:
            sink.add(diagnostic)
        sink.add(Diagnostic("TG030", "info", "a note"))
        files = {name: text.replace("torch", to) for name, text in texts.items()}
        program = nodes.Program("torch", {name: nodes.File("m", name, None, text) for name, text in texts.items()})
        plan = {"version": 1, "source": "torch", "target": to, "classes": {}}
        return Result(files, plan, list(found), program, stats={"sites": 200, "marked": len(found)},
                      examples=list(examples))


@pytest.fixture
def passes(monkeypatch):
    made = Passes()
    pipeline = types.ModuleType("tensorglot.pipeline")
    pipeline.migrate_project = made.migrate_project
    monkeypatch.setitem(sys.modules, "tensorglot.pipeline", pipeline)
    import tensorglot
    from tensorglot import facts

    monkeypatch.setattr(tensorglot, "pipeline", pipeline, raising=False)
    monkeypatch.setattr(facts, "Example", Example, raising=False)
    monkeypatch.setattr(facts, "describe", lambda names, examples: f"will run {', '.join(names)}", raising=False)
    return made


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Runs a command: (exit code, standard output, standard error)."""
    from tensorglot.cli import main

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def tree(folder: Path) -> dict:
    """All files of a folder and their contents."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def notebook(*cells, **metadata) -> str:
    """A notebook's text; a cell is code, or markdown where it starts with `#md `."""
    made = []
    for source in cells:
        if source.startswith("#md "):
            made.append({"cell_type": "markdown", "metadata": {}, "source": [source[4:]]})
        else:
            made.append({"cell_type": "code", "metadata": {}, "execution_count": 3, "outputs": [{"x": 1}],
                         "source": source.splitlines(keepends=True)})
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


