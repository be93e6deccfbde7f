"""Unreadable files, wrong options, outputs in the way: nothing of the project is executed."""

import json
import os
from pathlib import Path

from hostile_cases import NET, Case, migrate

EMPTY_PIVOT = {"format": "tensorglot-pivot", "version": 1, "source": "torch", "facts": None, "layouts": None}
MODULE = {"node": "Host", "kind": "Module", "fields": {"body": [], "type_ignores": []}}


def _pivot(*statements: object, **file: object) -> str:
    tree = {"node": "Host", "kind": "Module", "fields": {"body": list(statements), "type_ignores": []}}
    return json.dumps({**EMPTY_PIVOT, "files": [{"module": "net", "path": "net.py", "body": tree, **file}]})


def _huge(folder: Path) -> None:
    with open(folder / "net.py", "wb") as file:
        file.truncate(30_000_000)


def _huge_text(folder: Path) -> None:
    (folder / "net.py").write_text("x = 1\n" * 4_000_000)


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "net.py")


def _loop(folder: Path) -> None:
    (folder / "net.py").symlink_to(folder / "net.py")


def _own_output(edit: str) -> object:
    def prepare(folder: Path) -> None:
        from tensorglot.source import output

        output.write(folder / "out/new.py", {"net.py": "x = 1\n"}, {"version": 1})
        target = folder / edit
        target.write_text(target.read_text().replace("1", "2"))

    return prepare


READ = [
    migrate("invalid syntax", "import torch\nx = = 1\n", 2, "TG001", "invalid syntax", place="net.py:2:5"),
    migrate("bracket never closed", "x = (1,\ny = 2\n", 2, "TG001", "never closed", place="net.py:1:5"),
    migrate("string never closed", "x = 'abc\n", 2, "TG001", "unterminated string", place="net.py:1:5"),
    migrate("tabs and spaces mixed", "if 1:\n\tx = 1\n        y = 2\n", 2, "TG001", "inconsistent use of tabs",
            place="net.py:3"),
    migrate("dedent to nowhere", "if 1:\n    x = 1\n  y = 2\n", 2, "TG001", "unindent", place="net.py:3"),
    migrate("Python 2", "print 'hello'\n", 2, "TG001", "Missing parentheses", place="net.py:1:1"),
    migrate("return outside a function", "import torch\nreturn 1\n", 2, "TG001", "outside function", place="net.py:2:1",
            gap="files are parsed, not compiled: what only the compiler refuses passes through unchanged"),
    migrate("null bytes", b"x = 1\n\0y = 2\n", 2, "TG001", "NUL", place="net.py"),
    migrate("UTF-16", "x = 'ä'\n".encode("utf-16"), 2, "TG001", "NUL", place="net.py"),
    migrate("Latin-1 without a cookie", b"x = 1\ny = '\xe4'\n", 2, "TG001", "not valid utf-8", place="net.py:2"),
    migrate("Latin-1 with a cookie", b"# -*- coding: latin-1 -*-\nimport torch\ny = '\xe4'\n", 0),
    migrate("unknown encoding in the cookie", b"# coding: klingon\nx = 1\n", 2, "TG001", "klingon", place="net.py"),
    migrate("BOM", b"\xef\xbb\xbfimport torch\n", 0),
    migrate("BOM against the cookie", b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", 2, "TG001", "encoding",
            place="net.py"),
    migrate("random bytes", bytes(range(1, 256)), 2, "TG001", "utf-8", place="net.py"),
    migrate("empty file", "", 2, "TG001", "no code of a known framework", place="net.py"),
    migrate("no framework in it", "import os\n", 2, "TG001", "no code of a known framework", place="net.py"),
    migrate("nothing to migrate in it", "import torch  # alone\n", 0),
    migrate("Windows line ends", NET.replace("\n", "\r\n"), 0),
    migrate("form feeds and odd line separators", "import torch\nx = 'a\u2028b'\n\x0c\ny = torch.zeros(1)\n", 0),
    migrate("brackets nested without end", "x = " + "(" * 3000 + ")" * 3000 + "\n", 2, "TG001", "parentheses",
            place="net.py"),
    migrate("a sum of thousands of terms", "import torch\nx = 1" + " + 1" * 50_000 + "\n", 2, "TG001",
            "nested too deeply"),
    migrate("a line of a million characters", "x = [" + "1, " * 330_000 + "= ]\n", 2, "TG001", "invalid syntax",
            place="net.py:1"),
    Case("huge file of zeros", "migrate net.py --to keras", 2, "TG001", "bytes", prepare=_huge, needs="pipeline"),
    Case("huge source file", "migrate net.py --to keras", 2, "TG001", "bytes", prepare=_huge_text, needs="pipeline"),
    Case("missing file", "migrate gone.py --to keras", 2, "TG001", "does not exist", needs="pipeline"),
    Case("a pipe that nobody writes to", "migrate net.py --to keras", 2, "TG001", "neither a file nor a folder",
         prepare=_fifo),
    Case("an endless device", "migrate /dev/zero --to keras", 2, "TG001", "neither a file nor a folder"),
    Case("a link to itself", "migrate net.py --to keras", 2, "TG001", "does not exist", prepare=_loop,
         needs="pipeline"),
    Case("folder without Python", "migrate stuff --to keras -o out", 2, "TG001", "no Python", needs="pipeline",
         files={"stuff/readme.md": "hello"}),
    Case("one broken file in a package", "migrate pkg --to keras -o out --no-run", 2, "TG001", "invalid syntax",
         "pkg/bad.py:1:5", {"pkg/__init__.py": "", "pkg/good.py": NET, "pkg/bad.py": "x = ="}, needs="pipeline"),
    Case("standard input that is no UTF-8", "migrate - --to keras --no-run", 2, "TG001", "UTF-8",
         stdin=b"x = '\xff'"),
    Case("standard input with a syntax error", "migrate - --to keras --no-run", 2, "TG001", "invalid syntax",
         "<stdin>:1:5", stdin=b"x = =", needs="pipeline"),
    Case("truncated notebook", "migrate a.ipynb --to keras", 2, "TG001", "no notebook", needs="pipeline",
         files={"a.ipynb": '{"cells": ['}),
    Case("notebook in another language", "migrate a.ipynb --to keras", 2, "TG001", "in julia", needs="pipeline",
         files={"a.ipynb": '{"cells": [{"cell_type": "code", "source": "x"}], "metadata": '
                           '{"kernelspec": {"language": "julia"}}}'}),
    Case("syntax error in a notebook's cell", "migrate a.ipynb --to keras --no-run", 2, "TG001", "invalid syntax",
         "a.ipynb:cell 1:2:5", needs="pipeline",
         files={"a.ipynb": '{"cells": [{"cell_type": "markdown", "source": "hi"}, {"cell_type": "code", "source": '
                           '"y = 1\\nx = ="}], "metadata": {}}'}),
]


def _spec(cause: str, spec: str, says: str = "") -> Case:
    return Case(f"input specification: {cause}", f"migrate net.py --to keras --model Net() --input {spec}", 2, "TG002",
                says, files={"net.py": NET})


OPTIONS = [
    Case("unknown target", "migrate net.py --to pytorch", 2, "TG002", "unknown framework", files={"net.py": NET}),
    Case("misspelt target", "migrate net.py --to kears", 2, "TG002", "did you mean 'keras'", files={"net.py": NET}),
    Case("unknown source", "migrate net.py --to keras --from caffe", 2, "TG002", "caffe", files={"net.py": NET}),
    Case("several paths without an output", "migrate a.py b.py --to keras", 2, "TG002", "give -o FOLDER",
         files={"a.py": NET, "b.py": NET}),
    Case("folder into one file", "migrate pkg --to keras -o out.py", 2, "TG002", "give a folder",
         files={"pkg/a.py": NET}),
    Case("input before its model", "migrate net.py --to keras --input float32[1]", 2, "TG002", "before any --model"),
    Case("verify what must not run", "migrate net.py --to keras --verify --no-run", 2, "TG002", "--no-run",
         files={"net.py": NET}),
    Case("model that is no expression", "migrate net.py --to keras --model Net(", 2, "TG002", "no Python expression",
         files={"net.py": NET}),
    Case("model that is a statement", "migrate net.py --to keras --model x=1", 2, "TG002", "no Python expression",
         files={"net.py": NET}),
    _spec("unknown dtype", "float99[1]", "float99"),
    _spec("bracket never closed", "float32[2,3", "specification"),
    _spec("size that is no integer", "float32[2,a]", "specification"),
    _spec("negative size", "float32[-1]", "specification"),
    _spec("empty range", "float32[2]:1..1", "specification"),
    _spec("bound that leaves no integer", "int64[2]<0", "specification"),
    _spec("more elements than memory", "float32[99999,99999,99999]", "element"),
    _spec("trailing text", "float32[2]junk", "specification"),
    _spec("keyword that is no name", "2x=float32[2]", "specification"),
    _spec("bare word", "hello", "specification"),
    _spec("file without a function", "@net.py", "specification"),
    Case("tensorglot.toml that is no TOML", "migrate net.py --to keras", 2, "TG002", "no TOML",
         files={"net.py": NET, "tensorglot.toml": "[[example]\n"}),
    Case("tensorglot.toml with a misspelt key", "migrate net.py --to keras", 2, "TG002", "'modell'",
         files={"net.py": NET, "tensorglot.toml": "[[example]]\nmodell = 'Net()'\n"}),
]

OUTPUTS = [
    Case("output exists", "migrate net.py --to keras -o new.py", 2, "TG003", "was not written by tensorglot",
         files={"net.py": NET, "new.py": "mine\n"}),
    Case("output was edited", "migrate net.py --to keras -o out/new.py", 2, "TG003", "edited", files={"net.py": NET},
         prepare=_own_output("out/new.py")),
    Case("plan was edited", "migrate net.py --to keras -o out/new.py", 2, "TG003", "edited", files={"net.py": NET},
         prepare=_own_output("out/new.plan.json")),
    Case("output is the source", "migrate net.py --to keras -o net.py --force", 2, "TG003", "the source itself",
         files={"net.py": NET}),
    Case("output folder inside the source", "migrate pkg --to keras -o pkg/out", 2, "TG003", "inside the source",
         files={"pkg/a.py": NET}),
    Case("output folder would replace the source", "migrate pkg --to keras -o . --force", 2, "TG003", "overwrite",
         files={"pkg/a.py": NET}),
    Case("output folder holds other work", "migrate pkg --to keras -o other", 2, "TG003", "was not written",
         files={"pkg/a.py": NET, "other/thesis.txt": "mine"}),
    Case("a file stands where a folder must be", "migrate net.py --to keras -o file/new.py", 2, "TG003", "not a folder",
         files={"net.py": NET, "file": "x"}),
    Case("output where nothing can be written", "migrate net.py --to keras -o /proc/new.py --no-run", 2, "TG003",
         "can't write", files={"net.py": NET}, needs="pipeline"),
    Case("output is a device", "migrate net.py --to keras -o /dev/full", 2, "TG003", "neither a file nor a folder",
         files={"net.py": NET}),
    Case("report over other work", "migrate net.py --to keras --report notes.json", 2, "TG003", "no report",
         files={"net.py": NET, "notes.json": "[1]"}),
    Case("report of an unknown kind", "migrate net.py --to keras --report r.pdf", 2, "TG002", "r.pdf",
         files={"net.py": NET}),
    Case("report is a folder", "migrate net.py --to keras --report r.json", 2, "TG003", "is a folder",
         files={"net.py": NET, "r.json/x": ""}),
]

PIVOTS = [
    Case(f"pivot {cause}", f"generate p.json --to keras -o out/{name}", 2, "TG001", says, files={"p.json": text},
         needs="pipeline")
    for cause, name, text, says in [
        ("that is no JSON", "a.py", "{", "no JSON"),
        ("of another program", "a.py", '{"a": 1}', "no pivot"),
        ("of a later version", "a.py", '{"format": "tensorglot-pivot", "version": 2}', "version 2"),
        ("that is not UTF-8", "a.py", b"\xff\xfe{", "UTF-8"),
        ("with an unknown node", "a.py", _pivot({"node": "Shell"}), "'Shell'"),
        ("with an unknown op", "a.py", _pivot({"node": "Op", "op": "rm_rf", "args": {}}), "rm_rf"),
        ("that writes outside its folder", "out", _pivot(path="../../up.py"), "leaves the project"),
        ("with code in a name", "a.py", _pivot({"node": "Host", "kind": "Expr", "fields": {"value": {
            "node": "Host", "kind": "Name", "fields": {"id": "__import__('os').system('id')"}}}}), "identifier"),
        ("nested without end", "a.py", "[" * 100_000, "deep"),
    ]
]

CASES = READ + OPTIONS + OUTPUTS + PIVOTS
