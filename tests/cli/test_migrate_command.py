"""`migrate`: where results go, exit codes, edited outputs, reports, notebooks, configuration."""

import io
import json
import sys

import pytest
from cli_helpers import notebook, tree

import tensorglot

CODE = "import torch\n\nx = torch.zeros(1)  # a comment\n"


@pytest.fixture
def net(project, passes):
    path = project / "net.py"
    path.write_text(CODE)
    return path


def test_without_output_code_goes_to_stdout_and_messages_to_stderr(cli, net, project):
    code, out, err = cli("migrate", "net.py", "--to", "keras")
    assert code == 0 and out == CODE.replace("torch", "keras")
    assert err.index("import of net from") < err.index("a note")
    assert [path.name for path in project.iterdir()] == ["net.py"]


def test_no_run_says_so(cli, net, passes):
    assert "nothing is executed" in cli("migrate", "net.py", "--to", "keras", "--no-run")[2]
    assert passes.calls[0]["run"] is False


def test_options_reach_the_passes(cli, net, passes):
    cli("migrate", "net.py", "--to", "tensorflow", "--from", "torch", "--layout", "keep", "--faithful-init",
        "--exact-training", "--model", "net:A(1)", "--input", "float32[2,3]")
    call = passes.calls[0]
    assert (call["to"], call["source"], call["layout"]) == ("tensorflow", "torch", "keep")
    assert call["faithful_init"] and call["exact_training"] and call["run"]
    example = call["examples"][0]
    assert (example.module, example.model, example.inputs) == ("net", "A(1)", ["float32[2,3]"])


def test_stdin(cli, project, passes, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CODE.encode())))
    code, out, _ = cli("migrate", "-", "--to", "keras")
    assert code == 0 and out == CODE.replace("torch", "keras") and list(project.iterdir()) == []


def test_output_file_and_plan(cli, net, project):
    assert cli("migrate", "net.py", "--to", "keras", "-o", "out/deep/new.py")[0] == 0
    assert sorted(tree(project)) == ["net.py", "out/deep/new.plan.json", "out/deep/new.py"]
    plan = json.loads((project / "out/deep/new.plan.json").read_text())
    assert plan["generated"]["files"].keys() == {"new.py"} and plan["target"] == "keras"


def test_output_is_the_same_every_time(cli, net, project):
    cli("migrate", "net.py", "--to", "keras", "-o", "a/new.py")
    cli("migrate", "net.py", "--to", "keras", "-o", "b/new.py")
    cli("migrate", "net.py", "--to", "keras", "-o", "b/new.py")
    assert tree(project / "a") == tree(project / "b")


def test_unchanged_output_is_made_again_silently(cli, net, project):
    cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    net.write_text(CODE + "y = torch\n")
    assert cli("migrate", "net.py", "--to", "keras", "-o", "new.py")[0] == 0
    assert "y = keras" in (project / "new.py").read_text()


@pytest.mark.parametrize("edited", ["new.py", "new.plan.json"])
def test_edited_output_is_kept(cli, net, project, edited):
    cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    text = (project / edited).read_text()
    (project / edited).write_text(text.replace("keras", "mine"))
    before = tree(project)
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    assert code == 2 and "error[TG003]" in err and "edited" in err and tree(project) == before
    assert cli("migrate", "net.py", "--to", "keras", "-o", "new.py", "--force")[0] == 0
    assert (project / edited).read_text() == text


def test_foreign_file_is_kept(cli, net, project, passes):
    (project / "new.py").write_text("mine\n")
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    assert code == 2 and "was not written by tensorglot" in err and not passes.calls
    assert sorted(tree(project)) == ["net.py", "new.py"]
    assert cli("migrate", "net.py", "--to", "keras", "-o", "new.py", "--force")[0] == 0


def test_the_source_is_never_overwritten(cli, net, project):
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "./net.py", "--force")
    assert code == 2 and "the source itself" in err and net.read_text() == CODE


def test_errors_are_written_and_marked(cli, net, project):
    net.write_text(CODE + "z = MARK\n")
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    assert code == 1 and (project / "new.py").exists()
    assert "error[TG010] net.py:4:5: MARK is unknown\n   4 | z = MARK\n     |     ^^^^\n     = help: remove it\n" in err
    assert "1 error, 1 info; 1 of 200 sites marked (0.5 %); written: new.py" in err


def test_strict_writes_nothing(cli, net, project):
    net.write_text(CODE + "z = MARK\n")
    code, out, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.py", "--strict")
    assert code == 2 and out == "" and "nothing written (--strict)" in err and sorted(tree(project)) == ["net.py"]
    assert cli("migrate", "net.py", "--to", "keras", "--strict")[1] == ""


def test_ignore_comment(cli, net, project):
    net.write_text(CODE + "z = MARK  # tensorglot: ignore[TG010]\ny = MARK  # tensorglot: ignore[TG999]\n")
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.py")
    assert code == 1 and "net.py:5:5: MARK" in err and "net.py:4:5" not in err and "1 silenced" in err
    assert "ignore[TG999]' names no diagnostic" in err
    net.write_text(CODE + "z = MARK  # tensorglot: ignore[TG030, TG010]\n")
    assert cli("migrate", "net.py", "--to", "keras", "-o", "new.py")[0] == 0


def test_folder(cli, project, passes):
    package = project / "pkg"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "sub/a.py").write_text(CODE)
    assert "give -o FOLDER" in cli("migrate", "pkg", "--to", "keras")[2]
    assert "give a folder" in cli("migrate", "pkg", "--to", "keras", "-o", "x.py")[2]
    assert cli("migrate", "pkg", "--to", "keras", "-o", "out")[0] == 0
    assert sorted(tree(project / "out")) == ["pkg/__init__.py", "pkg/sub/a.py", "tensorglot.plan.json"]
    (package / "sub/a.py").rename(package / "sub/b.py")
    (project / "out/notes.txt").write_text("mine")
    assert cli("migrate", "pkg", "--to", "keras", "-o", "out")[0] == 0
    assert sorted(tree(project / "out")) == ["notes.txt", "pkg/__init__.py", "pkg/sub/b.py", "tensorglot.plan.json"]
    (project / "out/pkg/sub/b.py").write_text("mine\n")
    assert cli("migrate", "pkg", "--to", "keras", "-o", "out")[0] == 2
    assert (project / "out/pkg/sub/b.py").read_text() == "mine\n"


def test_foreign_folder_and_folder_inside_the_source(cli, project, passes):
    (project / "pkg").mkdir()
    (project / "pkg/a.py").write_text(CODE)
    (project / "out").mkdir()
    assert cli("migrate", "pkg", "--to", "keras", "-o", "out")[0] == 0
    (project / "other").mkdir()
    (project / "other/x").write_text("mine")
    assert cli("migrate", "pkg", "--to", "keras", "-o", "other")[0] == 2
    assert cli("migrate", "pkg", "--to", "keras", "-o", "pkg/out")[0] == 2
    assert cli("migrate", "pkg", "--to", "keras", "-o", ".")[0] == 2
    assert cli("migrate", "pkg", "--to", "keras", "-o", ".", "--force")[0] == 2
    assert (project / "pkg/a.py").read_text() == CODE


def test_reports(cli, net, project):
    net.write_text(CODE + "snow = '☃'; z = MARK  # <b>\nq = MARK  # tensorglot: ignore[TG010]\n")
    for suffix in ("json", "html", "sarif"):
        arguments = ["migrate", "net.py", "--to", "keras", "-o", "new.py", "--report", f"r.{suffix}"]
        assert cli(*arguments)[0] == 1 and cli(*arguments)[0] == 1
    report = json.loads((project / "r.json").read_text())
    found = report["diagnostics"][0]
    assert (found["path"], found["line"], found["code"], report["exit_code"]) == ("net.py", 4, "TG010", 1)
    assert report["files"][0]["path"] == "net.py" and report["stats"]["sites"] == 200 and len(report["silenced"]) == 1
    page = (project / "r.html").read_text()
    assert "&lt;b&gt;" in page and "<b>\n" not in page and "http" not in page.split("</style>")[1]
    assert "import torch" in page and "import keras" in page


def test_sarif_has_what_the_standard_requires(cli, net, project):
    net.write_text(CODE + "z = MARK\ny = MARK  # tensorglot: ignore[TG010]\n")
    cli("migrate", "net.py", "--to", "keras", "-o", "new.py", "--report", "r.sarif")
    log = json.loads((project / "r.sarif").read_text())
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json") and len(log["runs"]) == 1
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert driver["name"] == "tensorglot" and len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for result in run["results"]:
        assert isinstance(result["message"]["text"], str) and result["message"]["text"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result.get("locations", []):
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"] == "net.py"
            assert 1 <= place["region"]["startColumn"] < place["region"]["endColumn"]
    assert [bool(r.get("suppressions")) for r in run["results"]].count(True) == 1
    assert run["invocations"][0]["executionSuccessful"] is True


def test_report_never_overwrites_other_files(cli, net, project, passes):
    (project / "r.json").write_text('{"mine": 1}')
    code, _, err = cli("migrate", "net.py", "--to", "keras", "--report", "r.json")
    assert code == 2 and "is no report of tensorglot" in err and not passes.calls
    assert (project / "r.json").read_text() == '{"mine": 1}'


def test_config(cli, net, project, passes):
    (project / "tensorglot.toml").write_text(
        '[[example]]\nmodule = "net"\nmodel = "A(2)"\ninputs = ["float32[2,3]"]\n[[example]]\nmodel = "B()"\n'
        '[[example]]\nmodule = "other"\nmodel = "C()"\n')
    cli("migrate", "net.py", "--to", "keras")
    assert [(e.module, e.model, e.inputs) for e in passes.calls[0]["examples"]] == \
        [("net", "A(2)", ["float32[2,3]"]), ("", "B()", [])]
    cli("migrate", "net.py", "--to", "keras", "--model", "D()")
    assert [e.model for e in passes.calls[1]["examples"]] == ["D()"]


@pytest.mark.parametrize("content, message", [
    ("[[example]\n", "is no TOML"), ("[[exmple]]\n", "unknown key 'exmple'"), ("[example]\n", "[[example]] is meant"),
    ("[[example]]\n", "needs model"), ("[[example]]\nmodel = 3\n", "needs model"),
    ("[[example]]\nmodel = 'A()'\ninput = []\n", "unknown key 'input'"),
    ("[[example]]\nmodel = 'A()'\ninputs = 'float32[1]'\n", "list of strings"),
    ("[[example]]\nmodel = 'A()'\ninputs = ['float99[1]']\n", "float99"),
    ("[[example]]\nmodel = 'A('\n", "no Python expression"),
    ("[[example]]\nmodel = 'A()'\nmodule = 'a b'\n", "no module name"),
])
def test_wrong_config(cli, net, project, passes, content, message):
    (project / "tensorglot.toml").write_text(content)
    code, out, err = cli("migrate", "net.py", "--to", "keras")
    assert code == 2 and "error[TG002]" in err and message in err and out == "" and not passes.calls


def test_notebook_to_python_and_back(cli, project, passes):
    cells = ["#md # Title\n$x$", "%matplotlib inline\nimport torch\n!pip install \\\n  wheel\n",
             "%%bash\nls /tmp\n\nls", "%%time\nfor i in range(2):\n    %env A=1\n    x = torch.zeros(i)\n", "",
             "files = !ls\nx?", "s = '''\n%not magic torch\n'''\n%magic\n", "# magic: not one"]
    (project / "A b-1.ipynb").write_text(notebook(*cells))
    code, out, _ = cli("migrate", "A b-1.ipynb", "--to", "keras")
    assert code == 0
    compile(out, "out", "exec")
    assert "# magic: %matplotlib inline\nimport keras\n# magic: !pip install \\\n  # magic: wheel" in out
    assert "    pass  # magic: %env A=1\n" in out and "# %% [markdown] [cell 0]\n# # Title\n# $x$\n" in out
    assert cli("migrate", "A b-1.ipynb", "--to", "keras", "-o", "new.ipynb")[0] == 0
    made = json.loads((project / "new.ipynb").read_text())["cells"]
    assert [cell["cell_type"] for cell in made] == ["markdown"] + ["code"] * 7
    assert made[0]["source"] == ["# Title\n$x$"] and made[1]["outputs"] == []
    for number in (2, 5):
        assert "".join(made[number]["source"]) == cells[number]
    assert "".join(made[1]["source"]) == cells[1].replace("torch", "keras").rstrip("\n")
    assert "".join(made[3]["source"]) == cells[3].replace("torch", "keras").rstrip("\n")
    assert "".join(made[5]["source"]) == cells[5] and "".join(made[7]["source"]) == "# magic: not one"
    assert "%not magic keras" in "".join(made[6]["source"]) and "".join(made[6]["source"]).endswith("'''\n%magic")
    assert (project / "new.plan.json").exists()


def test_notebook_diagnostics_name_the_cell(cli, project, passes):
    (project / "a.ipynb").write_text(notebook("#md hi", "import torch\n\nx = MARK"))
    code, _, err = cli("migrate", "a.ipynb", "--to", "keras")
    assert code == 1 and "a.ipynb:cell 1:3:5: MARK is unknown" in err


@pytest.mark.parametrize("content, message", [
    ("{", "no notebook"), ("[]", "no list of cells"), ('{"cells": 1}', "no list of cells"),
    ('{"cells": []}', "no code cells"), ('{"cells": [{"cell_type": "code", "source": 3}]}', "source is no text"),
    (notebook("x", kernelspec={"language": "julia"}), "in julia"),
    (notebook("x", language_info={"name": "R"}), "in R"),
])
def test_wrong_notebook(cli, project, passes, content, message):
    (project / "a.ipynb").write_text(content)
    code, out, err = cli("migrate", "a.ipynb", "--to", "keras", "-o", "b.ipynb")
    assert code == 2 and "error[TG001] a.ipynb" in err and message in err
    assert sorted(tree(project)) == ["a.ipynb"]


def test_python_is_not_written_as_a_notebook(cli, net, project):
    code, _, err = cli("migrate", "net.py", "--to", "keras", "-o", "new.ipynb")
    assert code == 2 and "only a notebook" in err and sorted(tree(project)) == ["net.py"]


def test_internal_fault(cli, net, passes, monkeypatch):
    import tensorglot.pipeline

    def fail(*args, **kwargs):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(tensorglot.pipeline, "migrate_project", fail)
    code, _, err = cli("migrate", "net.py", "--to", "keras")
    assert code == 2 and "internal fault: ZeroDivisionError: oh" in err and "Traceback" not in err
    with pytest.raises(ZeroDivisionError):
        cli("migrate", "net.py", "--to", "keras", "--debug")


def test_api(net, passes):
    made = tensorglot.migrate(CODE + "MARK", to="keras")
    assert made.code == CODE.replace("torch", "keras") + "MARK" and not made.ok
    assert made.weight_plan["target"] == "keras"
    made = tensorglot.migrate(net, to="tensorflow", model="A()", inputs=["float32[2,3]"], run=False)
    assert made.ok and list(made.files) == ["net.py"] and passes.calls[-1]["examples"][0].inputs == ["float32[2,3]"]
    tensorglot.migrate(net, model=["A()", "B()"], inputs=[["float32[1]"], []])
    assert [e.inputs for e in passes.calls[-1]["examples"]] == [["float32[1]"], []]
    with pytest.raises(tensorglot.TensorglotError, match="without a model"):
        tensorglot.migrate(net, inputs=["float32[1]"])
    with pytest.raises(tensorglot.TensorglotError, match="inputs for 1"):
        tensorglot.migrate(net, model=["A()", "B()"], inputs=[["float32[1]"]])
