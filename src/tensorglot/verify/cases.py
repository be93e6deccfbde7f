"""What to verify: one model of a source and its migrated counterpart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import TensorglotError
from tensorglot.facts.inputs import parse_input

Where = str | Path | tuple[str | Path, str]

MODES = ("eval", "train")
DTYPES = ("float32", "float64")
BACKENDS = ("tensorflow", "torch", "jax")


@dataclass
class Case:
    """One verification.

    `src` and `dst` are a file, or (folder to import from, dotted module). The same expression `model` is evaluated in
    both modules. `interface` is ``{"inputs": [axes or None], "outputs": [axes or None]}``: the target's axes given in
    the source's order, by position (keywords follow in the order of `inputs`). `sizes` is "auto" (another batch size
    and, where the source runs at one, another spatial or sequence size) or a list of input lists.
    """

    src: Where
    dst: Where
    model: str
    inputs: Sequence[str] = ()
    plan: Any = None
    interface: dict[str, Any] | None = None
    modes: Sequence[str] = MODES
    dtypes: Sequence[str] = DTYPES
    sizes: str | Sequence[Sequence[str]] = "auto"
    backend: str = "tensorflow"
    seed: int = 0
    timeout: float = 300.0

    def check(self) -> None:
        """Raises TG002 for an unknown mode, dtype, backend or a malformed input."""
        for kind, given, known in (("mode", self.modes, MODES), ("dtype", self.dtypes, DTYPES),
                                   ("backend", [self.backend], BACKENDS)):
            for value in given:
                if value not in known:
                    raise TensorglotError(f"unknown {kind} {value!r}; known are {', '.join(known)}", code="TG002")
        for texts in [self.inputs, *([] if isinstance(self.sizes, str) else self.sizes)]:
            for text in texts:
                parse_input(text)


@dataclass
class Request:
    """A case as the child gets it: paths resolved, one dtype."""

    src: tuple[str, str]
    dst: tuple[str, str]
    dst_files: list[str]
    model: str
    inputs: list[str]
    plan: dict[str, Any]
    interface: dict[str, Any] | None
    modes: list[str]
    dtype: str
    sizes: Any
    backend: str
    seed: int
    float64_tol: tuple[float, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The request as a JSON document."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Request:
        """The inverse of `to_json`."""
        return cls(**{**document, "src": tuple(document["src"]), "dst": tuple(document["dst"])})


def locate(where: Where, module: str = "") -> tuple[str, str]:
    """(folder to import from, dotted module) of a file, of a package folder with a module in it, or of such a pair.

    Raises TG001 where nothing is there.
    """
    if isinstance(where, tuple):
        return str(Path(where[0]).resolve()), ".".join(filter(None, (where[1], module)))
    path = Path(where).resolve()
    if path.is_dir():
        return str(path.parent), ".".join(filter(None, (path.name, module)))
    if not path.is_file():
        raise TensorglotError(f"no such file: {where}", code="TG001")
    return str(path.parent), path.stem


def split_model(model: str) -> tuple[str, str]:
    """(module, expression) of `module:EXPR`; the module is empty for a plain expression."""
    head, colon, tail = model.partition(":")
    if colon and all(part.isidentifier() for part in head.split(".")):
        return head, tail
    return "", model
