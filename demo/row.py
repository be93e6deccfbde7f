"""One row of the demonstration: a case, migrated to one target, verified and measured."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .cases import Case

#: Lines of output, adapters aside, per line of source.
LINE_RATIO = 1.3


@dataclass
class Row:
    """Everything the table shows, and the reasons for what is wrong.

    Differences are relative (see `tensorglot.verify`); `backends` maps a Keras backend to the largest difference of any
    output there. `kept_layout`: a layer of the output works in the source's axis order. `failures` says in words what
    did not agree, at which example; empty where everything did.
    """

    name: str
    source: str
    target: str
    foreign: bool
    outputs: float | None = None
    gradients: float | None = None
    backends: dict[str, float | None] = field(default_factory=dict)
    compared: int = 0
    extra_transposes: int = 0
    allowed_transposes: int = 0
    line_ratio: float = 0.0
    adapter_lines: int = 0
    comments: int = 0
    comments_lost: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    marked: int = 0
    sites: int = 0
    kept_layout: bool = False
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, case: Case, target: str) -> Row:
        """An empty row."""
        return cls(case.name, case.source, target, case.foreign, allowed_transposes=case.interface_transposes)

    @property
    def migrated(self) -> bool:
        """Whether it runs and agrees everywhere, in the target's own layout."""
        return not self.failures and not self.kept_layout

    @property
    def faults(self) -> list[str]:
        """What keeps the row from being as it should, the gates on the text included."""
        found = list(self.failures)
        if self.kept_layout:
            found.append("works in the source's axis order")
        if self.extra_transposes > self.allowed_transposes:
            found.append(f"{self.extra_transposes} transposes beyond the source's own")
        if self.line_ratio > LINE_RATIO:
            found.append(f"{self.line_ratio:.2f} lines of output per line of source")
        if self.comments_lost:
            found.append("lost comments: " + " | ".join(text[:60] for text in self.comments_lost))
        if self.leftovers:
            found.append("methods of the source's tensors: " + " | ".join(self.leftovers))
        return found

    def to_json(self) -> dict[str, Any]:
        """The row as a JSON object."""
        return asdict(self) | {"migrated": self.migrated, "faults": self.faults}


def worst(numbers: Sequence[float | None]) -> float | None:
    """The largest number there is; a missing one is skipped."""
    return max((number for number in numbers if number is not None), default=None)


def fault(error: BaseException) -> str:
    """An exception in one line, with the place of this project that raised it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "tensorglot" in frame.filename]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{place}"


def module_of(path: Path) -> tuple[Path, str]:
    """The folder to import from and the dotted module of a file, which may lie in packages."""
    names = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(names)
