"""A stand-in for the passes: the commands are tested without a framework."""

import sys
import types
from dataclasses import dataclass, field

import pytest

from tensorglot.diagnostics import Diagnostic
from tensorglot.pivot import nodes


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

    monkeypatch.setattr(tensorglot, "pipeline", pipeline, raising=False)
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
