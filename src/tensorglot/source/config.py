"""`tensorglot.toml`: the examples of a project, kept beside its code.

    [[example]]
    module = "resnet"                        # optional where there is one file
    model = "resnet50(num_classes=10)"
    inputs = ["float32[2,3,64,64]"]          # optional: found where left out
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import TensorglotError

NAME = "tensorglot.toml"
_ENDS = (".git", "pyproject.toml", "setup.py")


def find(path: Path) -> Path | None:
    """The nearest `tensorglot.toml` in the path's folder or above it, up to the project's top (a folder with `.git`,
    `pyproject.toml` or `setup.py`); outside such a project only the path's own folder and its packages' are seen."""
    folder = path.resolve()
    folder = folder if folder.is_dir() else folder.parent
    places = [folder, *folder.parents]
    end = next((number for number, place in enumerate(places) if any((place / name).exists() for name in _ENDS)), None)
    if end is None:
        end = next(number for number, place in enumerate(places) if not (place / "__init__.py").is_file())
    return next((place / NAME for place in places[:end + 1] if (place / NAME).is_file()), None)


def load(path: Path) -> list[tuple[str, str, list[str]]]:
    """The examples of a configuration as (module, model, inputs), in their order.

    Raises `TensorglotError` (TG002) that names the key where the file is not as described above.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"is no TOML: {error}") from None
    if unknown := sorted(set(content) - {"example"}):
        raise _wrong(path, f"has the unknown key {unknown[0]!r}; known: example")
    examples = content.get("example", [])
    if not isinstance(examples, list):
        raise _wrong(path, "has [example] where [[example]] is meant")
    return [_example(path, number, item) for number, item in enumerate(examples, 1)]


def _example(path: Path, number: int, item: Any) -> tuple[str, str, list[str]]:
    where = f"[[example]] number {number}"
    if not isinstance(item, dict):
        raise _wrong(path, f"{where} is no table")
    if unknown := sorted(set(item) - {"module", "model", "inputs"}):
        raise _wrong(path, f"{where} has the unknown key {unknown[0]!r}; known: module, model, inputs")
    module, model, inputs = item.get("module", ""), item.get("model"), item.get("inputs", [])
    if not isinstance(module, str) or not all(part.isidentifier() for part in module.split(".") if module):
        raise _wrong(path, f"{where}: module {module!r} is no module name")
    if not isinstance(model, str) or not model.strip():
        raise _wrong(path, f"{where} needs model, an expression such as \"Net(num_classes=10)\"")
    if not isinstance(inputs, list) or not all(isinstance(text, str) for text in inputs):
        raise _wrong(path, f"{where}: inputs is no list of strings such as \"float32[2,3,32,32]\"")
    return module, model, inputs


def _wrong(path: Path, what: str) -> TensorglotError:
    return TensorglotError(f"{path.name} {what}", code="TG002", path=str(path), remedy="see docs/cli.md, \"Examples\"")
