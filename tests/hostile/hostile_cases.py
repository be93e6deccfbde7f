"""What a hostile input is: files, a command, and what must come of it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

NET = '''import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.fc = nn.Linear(3, width)

    def forward(self, x):
        return self.fc(x)
'''


@dataclass(frozen=True)
class Case:
    """One cause. `{here}` in `command` is the working folder.

    `code` is the exit code, `diagnostic` the code of a diagnostic that must be shown (None: no error may be shown),
    `place` what must follow it (`net.py:3` or `net.py:3:5`), `says` a part of the text. `needs` names what has to run:
    ``""`` (options and files only), ``"pipeline"`` (passes, nothing executed), ``"torch"``, ``"weights"``.
    """

    cause: str
    command: str
    code: int
    diagnostic: str | None = None
    says: str = ""
    place: str = ""
    files: dict[str, str | bytes] = field(default_factory=dict)
    stdin: bytes = b""
    prepare: Callable[[Path], None] | None = None
    needs: str = ""
    gap: str = ""


def migrate(cause: str, text: str | bytes, code: int, diagnostic: str | None = None, says: str = "", *,
            options: str = "--no-run", place: str = "", needs: str = "pipeline", gap: str = "",
            files: dict[str, str | bytes] | None = None) -> Case:
    """A case of migrating `net.py` with this text into `out/new.py`."""
    return Case(cause, f"migrate net.py --to keras -o out/new.py {options}", code, diagnostic, says, place,
                {"net.py": text, **(files or {})}, needs=needs, gap=gap)


def body(forward: str, init: str = "pass", head: str = "", signature: str = "self, x") -> str:
    """A module with these lines in its forward method and constructor."""
    def indented(text: str) -> str:
        return "\n".join("        " + line if line else "" for line in text.split("\n"))

    return (f"import torch\nimport torch.nn.functional as F\nfrom torch import nn\n{head}\n\nclass Net(nn.Module):\n"
            f"    def __init__(self):\n        super().__init__()\n{indented(init)}\n\n"
            f"    def forward({signature}):\n{indented(forward)}\n")


class Bomb:
    """Unpickling it writes a file."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return eval, (f"open({str(self.path)!r}, 'w').write('owned')",)


def bomb(folder: Path) -> None:
    """`evil.pt`: a pickle that writes `owned` when it is read without care."""
    (folder / "evil.pt").write_bytes(pickle.dumps(Bomb(folder / "owned")))
