"""`verify`, `coverage` and `convert`: what they call, print and return."""

import json

import pytest

import tensorglot.verify
from tensorglot.verify import VerifyReport


@pytest.fixture
def verifier(monkeypatch, project):
    """A verification that fails for the model `Bad()`."""
    calls = []

    def verify(case):
        calls.append((str(case.src), str(case.dst), case.model, case.inputs, case.plan and str(case.plan)))
        report = VerifyReport(case.model, "torch", "keras", "tensorflow", list(case.inputs))
        report.stages = dict.fromkeys(report.stages, case.model != "Bad()")
        report.first_difference = "" if case.model != "Bad()" else "layer1.conv"
        return report

    monkeypatch.setattr(tensorglot.verify, "verify_many", lambda cases: [verify(case) for case in cases])
    (project / "a.py").write_text("")
    (project / "b.py").write_text("")
    return calls


def test_verify(cli, verifier, project):
    (project / "b.plan.json").write_text("{}")
    code, out, err = cli("verify", "a.py", "b.py", "--model", "Good()", "--input", "float32[2]", "int64[3]<9")
    assert code == 0 and "matches: yes" in out and "runs in a child process" in err
    assert verifier == [("a.py", "b.py", "Good()", ["float32[2]", "int64[3]<9"], "b.plan.json")]


def test_verify_mismatch_and_report(cli, verifier, project):
    code, out, _ = cli("verify", "a.py", "b.py", "--model", "Good()", "--model", "Bad()", "--report", "r.json")
    assert code == 1 and "layer1.conv" in out
    report = json.loads((project / "r.json").read_text())
    assert [d["code"] for d in report["diagnostics"]] == ["TG050"] and len(report["verification"]) == 2
    assert report["exit_code"] == 1


def test_verify_of_missing_files(cli, verifier):
    code, out, err = cli("verify", "a.py", "gone.py", "--model", "A()")
    assert code == 2 and "error[TG001] gone.py" in err and not verifier


def test_coverage_in_every_form(cli):
    code, text, _ = cli("coverage")
    assert code == 0 and text.split()[:6] == ["family", "kind", "name", "torch", "keras", "tensorflow"]
    assert "nn.LSTM" in text
    table = json.loads(cli("coverage", "--format", "json", "--to", "keras")[1])
    assert table["total"] == len(table["entries"]) > 100 and table["counts"].keys() == {"torch", "keras"}
    lstm = next(row for row in table["entries"] if row["name"] == "lstm" and row["kind"] == "layer")
    assert "LSTM" in lstm["keras"]
    markdown = cli("coverage", "--format", "markdown")[1].splitlines()
    assert markdown[1].count("---") == 6 and {line.count("|") for line in markdown[:2]} == {7}


def test_coverage_is_the_same_every_time(cli):
    assert cli("coverage") == cli("coverage")


def test_convert_calls_the_converter(cli, project, monkeypatch):
    import sys
    import types

    calls = []
    module = types.ModuleType("tensorglot.weights.convert")
    module.convert = lambda *args, **kwargs: calls.append((args, kwargs)) or "3 moved"
    monkeypatch.setitem(sys.modules, "tensorglot.weights.convert", module)
    for name in ("a.pt", "s.py", "d.py", "p.json"):
        (project / name).write_text("")
    code, out, err = cli("convert", "a.pt", "--from", "s.py", "--to", "d.py", "--model", "A()", "--input", "float32[1]",
                         "--key", "model", "-o", "o.weights.h5")
    assert code == 0 and out == "" and "3 moved; written: o.weights.h5" in err
    assert calls[0][1] | {"src": 0, "dst": 0} == {"plan": None, "src": 0, "dst": 0, "model": "A()",
                                                  "inputs": ["float32[1]"], "key": "model"}
    assert cli("convert", "a.pt", "--plan", "p.json", "-o", "o.safetensors")[0] == 0
    assert "exclude each other" in cli("convert", "a.pt", "--plan", "p.json", "--from", "s.py", "-o", "o.pt")[2]
