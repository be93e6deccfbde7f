"""Writing results: all of it or nothing, and never over somebody's work.

Every generated file's SHA-256 is kept in the weight plan, so a file that was edited since is recognised.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import tokenize
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import TensorglotError

#: Name of the plan inside an output folder.
FOLDER_PLAN = "tensorglot.plan.json"
#: Suffixes that make an output path a file; any other path is a folder.
FILE_SUFFIXES = (".py", ".ipynb")


def is_file(out: Path) -> bool:
    """Whether the output path means one file (`OUT.py`, `OUT.ipynb`), not a folder."""
    return out.suffix in FILE_SUFFIXES and not out.is_dir()


def plan_path(out: Path) -> Path:
    """Where the plan of an output stands: `OUT.plan.json` beside a file, `OUT/tensorglot.plan.json` in a folder."""
    return out.with_suffix(".plan.json") if is_file(out) else out / FOLDER_PLAN


def plan_text(plan: dict[str, Any], files: dict[str, str]) -> str:
    """The plan as JSON with the digests of the generated files and of itself; the same input gives the same text."""
    bare = {key: value for key, value in plan.items() if key != "generated"}
    digests = {name: digest(encode(text)) for name, text in sorted(files.items())}
    generated = {"files": digests, "plan": _plan_digest(bare)}
    return json.dumps({**bare, "generated": generated}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check(out: Path, *, force: bool = False, sources: Iterable[Path] = ()) -> None:
    """Raises `TensorglotError` (TG003) where writing to `out` would destroy something or can't succeed.

    Meant to be called before the work starts; `write` looks again.
    """
    _check_kind(out)
    if out.is_file() and out.suffix not in FILE_SUFFIXES:
        raise _refusal(f"{out} is a file, but an output is a .py file, an .ipynb file or a folder", "give another -o")
    for source in sources:
        _check_source(out, source)
    _check_parent(out)
    if out.exists() and not force:
        _check_unedited(out)


def write(out: Path, files: dict[str, str], plan: dict[str, Any], *, force: bool = False,
          sources: Iterable[Path] = ()) -> list[Path]:
    """Writes the files (names relative to the output folder; for a file output the first one is OUT itself) and the
    plan, atomically: after an exception everything is as it was. Returns the paths written.

    Raises `TensorglotError` (TG003) where something is in the way.
    """
    check(out, force=force, sources=sources)
    root, named = _names(out, files)
    old = _recorded(out)
    plan_file = plan_path(out)
    targets = {root / name: encode(text) for name, text in named.items()}
    targets[plan_file] = plan_text(plan, named).encode()
    known = {root / name for name in old} | ({plan_file} if old else set())
    protected = [source.resolve() for source in sources if source.is_file()]
    for path in targets:
        if path.resolve() in protected:
            raise _refusal(f"{path} is a source file of this migration", "give another output path with -o")
        if path.exists() and path not in known and not force:
            raise _refusal(f"{path} exists and was not written by tensorglot", "give another -o, or --force")
    _commit(root, targets, stale=[root / name for name in old if root / name not in targets])
    return list(targets)


def write_one(path: Path, content: str | bytes) -> None:
    """Writes one file atomically. Raises `TensorglotError` (TG003) where it can't."""
    _check_kind(path)
    _check_parent(path)
    _commit(path.parent, {path: content.encode() if isinstance(content, str) else content}, stale=[])


def check_report(path: Path) -> None:
    """Raises `TensorglotError` (TG003) where `path` holds something that is no report of ours, or can't be written."""
    if path.is_dir():
        raise _refusal(f"{path} is a folder", "give a file name to --report")
    _check_parent(path)
    if path.exists():
        try:
            head = path.open("rb").read(4096)
        except OSError as error:
            raise _refusal(f"{path} can't be read: {error.strerror}", "give another file to --report") from None
        if head.strip() and b"tensorglot" not in head:
            raise _refusal(f"{path} exists and is no report of tensorglot", "give another file to --report")


def encode(text: str) -> bytes:
    """The bytes of a generated file: UTF-8, or what its own coding cookie says (as read back by Python)."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(text.encode("utf-8", "replace")).readline)
        return text.encode(encoding)
    except (SyntaxError, LookupError, UnicodeEncodeError):
        return text.encode("utf-8", "surrogatepass")


def _refusal(message: str, remedy: str) -> TensorglotError:
    return TensorglotError(message, code="TG003", remedy=remedy)


def digest(data: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _plan_digest(bare: dict[str, Any]) -> str:
    return digest(json.dumps(bare, sort_keys=True).encode())


def _check_kind(out: Path) -> None:
    if out.exists() and not (out.is_file() or out.is_dir()):
        raise _refusal(f"{out} is neither a file nor a folder", "give another path")


def _check_source(out: Path, source: Path) -> None:
    here, there = out.resolve(), source.resolve()
    if here == there:
        raise _refusal(f"{out} is the source itself", "give another output path with -o")
    if there.is_dir() and not is_file(out) and (there in here.parents or here in there.parents):
        if there in here.parents:
            raise _refusal(f"the output folder {out} lies inside the source folder {source}",
                           "give an output folder outside it")
        if (here / there.name) == there:
            raise _refusal(f"writing to {out} would overwrite the source folder {source}",
                           "give another output folder")


def _check_parent(out: Path) -> None:
    parent = _existing_parent(out)
    if not parent.is_dir():
        raise _refusal(f"{out} can't be written: {parent} is not a folder", "give another path")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise _refusal(f"{out} can't be written: no permission in {parent}", "give another path")


def _existing_parent(path: Path) -> Path:
    parent = path.absolute().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    return parent


def _recorded(out: Path) -> dict[str, str]:
    """Digests of the files that the plan beside `out` says were generated; empty where there is no (sound) plan."""
    return {name: value for name, value in _generated(out).get("files", {}).items() if _is_inside(name)}


def _is_inside(name: str) -> bool:
    return isinstance(name, str) and not os.path.isabs(name) and ".." not in Path(name).parts


def _generated(out: Path) -> dict[str, Any]:
    plan = _read_plan(plan_path(out))
    generated = plan.get("generated") if plan else None
    if not isinstance(generated, dict) or not isinstance(generated.get("files"), dict):
        return {}
    return generated


def _read_plan(path: Path) -> dict[str, Any] | None:
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return plan if isinstance(plan, dict) else None


def _check_unedited(out: Path) -> None:
    if out.is_dir() and not any(out.iterdir()):
        return
    recorded = _recorded(out)
    if not recorded:
        raise _refusal(f"{out} exists and was not written by tensorglot", "give another -o, or --force to overwrite it")
    root = out if out.is_dir() else out.parent
    if out.is_file() and out.name not in recorded:
        raise _refusal(f"{out} exists and was not written by tensorglot", "give another -o, or --force to overwrite it")
    for name, expected in recorded.items():
        path = root / name
        if path.is_file() and digest(path.read_bytes()) != expected:
            raise _refusal(f"{path} was edited after it was generated",
                           "save your edits elsewhere, or --force to overwrite them")
    plan_file = plan_path(out)
    plan = _read_plan(plan_file) or {}
    bare = {key: value for key, value in plan.items() if key != "generated"}
    if plan["generated"].get("plan") != _plan_digest(bare):
        raise _refusal(f"{plan_file} was edited after it was generated",
                       "save your edits elsewhere, or --force to overwrite them")


def _names(out: Path, files: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """The output's folder and the files by their names in it; a file output renames the first file."""
    for name in files:
        if not _is_inside(name):
            raise ValueError(f"output name {name!r} leaves the output folder")
    if not is_file(out):
        return out, files
    named = dict(files)
    first = next(iter(files))
    main = named.pop(first)
    return out.parent, {out.name: main, **named}


def _commit(root: Path, targets: dict[Path, bytes], stale: list[Path]) -> None:
    """Puts all targets in place; on any exception puts back what was there."""
    made = _missing_parents(root)
    undo: list[tuple[Path, Path | None]] = []
    stage: Path | None = None
    try:
        for folder in reversed(made):
            folder.mkdir()
        stage = Path(tempfile.mkdtemp(prefix=".tensorglot-", dir=root.parent if not root.exists() else root))
        fresh, kept = stage / "new", stage / "old"
        kept.mkdir()
        staged = [(path, _stage(fresh, root, path, data)) for path, data in targets.items()]
        if not root.exists():
            os.rename(fresh, root)
        else:
            _swap(staged, stale, kept, undo, made)
    except BaseException as error:
        _roll_back(undo)
        _discard(stage, made)
        if isinstance(error, OSError):
            where = error.filename or root
            raise _refusal(f"can't write {root}: {error.strerror} ({where})", "give another output path") from None
        raise
    _discard(stage, [])


def _missing_parents(root: Path) -> list[Path]:
    missing = []
    parent = root.parent
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    return missing


def _stage(fresh: Path, root: Path, path: Path, data: bytes) -> Path:
    place = fresh / path.relative_to(root)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def _swap(staged: list[tuple[Path, Path]], stale: list[Path], kept: Path, undo: list[tuple[Path, Path | None]],
          made: list[Path]) -> None:
    for number, path in enumerate(stale):
        if path.is_file():
            backup = kept / f"stale{number}"
            os.replace(path, backup)
            undo.append((path, backup))
    for number, (path, fresh) in enumerate(staged):
        for folder in reversed(_missing_parents(path)):
            folder.mkdir()
            made.insert(0, folder)
        place = path.resolve()
        copy = kept / str(number) if place.is_file() else None
        if copy is not None:
            shutil.copy2(place, copy)
        os.replace(fresh, place)
        undo.append((place, copy))


def _roll_back(undo: list[tuple[Path, Path | None]]) -> None:
    for path, backup in reversed(undo):
        if backup is None:
            path.unlink(missing_ok=True)
        else:
            os.replace(backup, path)


def _discard(stage: Path | None, made: list[Path]) -> None:
    """Removes the staging folder and, from the deepest, the folders that were made and are empty."""
    if stage is not None:
        shutil.rmtree(stage, ignore_errors=True)
    for folder in made:
        try:
            folder.rmdir()
        except OSError:
            pass
