"""Converts checkpoints between frameworks by a plan, tensor by tensor: memory is bounded by the largest one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights import steps as st
from tensorglot.weights.checkpoint import (
    Info,
    KerasWriter,
    Reader,
    SafetensorsWriter,
    Writer,
    archived,
    framework_of,
    opened,
    storage_dtype,
)
from tensorglot.weights.pairing import DROPPED
from tensorglot.weights.plan import load_plan
from tensorglot.weights.transfer import TransferReport, convert_arrays


@dataclass
class _Job:
    """One tensor, or the tensors of one layer, to convert: names are those in the files."""

    inputs: list[str]
    outputs: list[list[str]]
    infos: list[Info]
    document: dict[str, Any]


def convert(ckpt: str | Path, out: str | Path, *, plan: Any = None, src: Any = None, dst: Any = None,
            model: str | None = None, inputs: Sequence[str] = (), key: str | None = None) -> TransferReport:
    """Converts the checkpoint `ckpt` to `out`; formats are told by the names' endings.

    The plan must list "tensors" (see `instantiate`); else it is derived by building the models that `model` gives in
    `src` and `dst`, in a child process, which are called on `inputs` (left out: common shapes are tried). `key` selects
    a nested state dict. dtypes are kept. Raises TG040 for files that can't be read, TG041 where tensors are missing,
    left over or of another shape; `out` is written whole or not at all.
    """
    out = Path(out)
    reverse = framework_of(ckpt) == "keras"
    if (framework_of(out) == "keras") == reverse:
        raise TensorglotError(f"{ckpt} and {out} are of the same framework", code="TG002")
    with opened(ckpt, key) as reader, contextlib.ExitStack() as stack:
        loaded = load_plan(plan)
        tensors, shell = loaded.tensors, None
        if tensors is None or out.suffix == ".keras":
            from tensorglot.weights.derive import derived

            tensors, shell = stack.enter_context(derived(src, dst, model, inputs, loaded, out.suffix == ".keras"))
        names = _names(reader, tensors, reverse)
        jobs = [_job(document, reader, names, reverse) for document in tensors if "target" in document]
        extra = _extra(tensors, reverse)
        _check_complete(reader, tensors, names, reverse)
        with _replacing(out) as part:
            _write(part, out, reader, jobs, extra, reverse, tensors, shell)
    return _report(tensors, reverse)


def _names(reader: Reader, tensors: list[dict[str, Any]], reverse: bool) -> dict[str, str]:
    """Plan name -> name in the file, without what wrappers add (`module.` of DataParallel, `_orig_mod.` of
    torch.compile) and without one prefix that all names of the model have.
    """
    stored = {name: name if reverse else _unwrapped(name) for name in reader.tensors}
    side = "target" if reverse else "source"
    expected = {name for d in tensors if "target" in d for name in _listed(d[side])}
    found = {bare: name for name, bare in stored.items()}
    if expected and not expected & found.keys():
        first = min(expected)
        prefixes = [bare.removesuffix(first) for bare in found if bare.endswith("." + first)]
        if len(prefixes) == 1:
            found = {bare.removeprefix(prefixes[0]): name for bare, name in found.items()
                     if bare.startswith(prefixes[0])}
    # A module may itself be called `module`: its names are not to be shortened.
    return {name: name for name in reader.tensors} if expected <= reader.tensors.keys() else found


def _unwrapped(name: str) -> str:
    parts = [part for part in name.split(".") if part != "_orig_mod"]
    while parts[0] == "module" and len(parts) > 1:
        parts.pop(0)
    return ".".join(parts)


def _listed(names: Any) -> list[str]:
    if isinstance(names, str):
        return [names]
    return [name for item in names for name in _listed(item)]


def _job(document: dict[str, Any], reader: Reader, names: Mapping[str, str], reverse: bool) -> _Job:
    sources = _listed(document["source"])
    targets: list[list[str]] = document["target"] if "convert" in document else [document["target"]]
    shapes = document["shapes"] if "convert" in document else [document["shape"]]
    target_shapes = document["target_shapes"] if "convert" in document else [document["target_shape"]]
    wanted = [group[0] for group in targets] if reverse else sources
    inputs = []
    for name, shape in zip(wanted, target_shapes if reverse else shapes, strict=True):
        if name not in names:
            raise _misfit(f"{name} is missing in the checkpoint")
        info = reader.tensors[names[name]]
        if list(info.shape) != list(shape):
            raise _misfit(f"{name} has shape {list(info.shape)} in the checkpoint, the model has {list(shape)}")
        inputs.append(names[name])
    dtype = reader.tensors[inputs[0]].dtype
    outputs = [[name] for name in sources] if reverse else targets
    infos = [Info(tuple(shape), dtype) for shape in (shapes if reverse else target_shapes)]
    return _Job(inputs, outputs, infos, document)


def _misfit(message: str) -> TensorglotError:
    return TensorglotError(f"weights do not fit: {message}", code="TG041",
                           remedy="derive the plan with --from, --to and --model of the configuration that was trained")


def _extra(tensors: list[dict[str, Any]], reverse: bool) -> dict[str, np.ndarray]:
    """Tensors that only the source framework keeps: written back as zero or as computed."""
    if not reverse:
        return {}
    out = {}
    for document in tensors:
        if "drop" in document:
            out[document["source"]] = np.zeros(document["shape"], document["dtype"])
        elif "value" in document:
            if document["value"] is None:
                raise _misfit(f"{document['source']} is computed by the migrated model and too large for the plan")
            out[document["source"]] = np.asarray(document["value"], document["dtype"])
    return out


def _check_complete(reader: Reader, tensors: list[dict[str, Any]], names: Mapping[str, str], reverse: bool) -> None:
    """Raises TG041 where the checkpoint has tensors that nothing consumes, or aliases that differ."""
    known = {name for d in tensors for name in _listed(d["target"] if reverse and "target" in d else d["source"])}
    left = [name for bare, name in names.items() if bare not in known and bare.rpartition(".")[2] not in DROPPED]
    left += [name for name in reader.tensors if name not in names.values()]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise _misfit(f"nothing takes {left[0]} of the checkpoint{more}")
    for document in tensors:
        if reverse or "alias" not in document or document["source"] not in names:
            continue
        name, other = document["source"], document["alias"]
        if other in names and reader.read(names[name]).tobytes() != reader.read(names[other]).tobytes():
            raise _misfit(f"{name} and {other} are tied in the model, but differ in the checkpoint")


def _write(part: Path, out: Path, reader: Reader, jobs: list[_Job], extra: dict[str, np.ndarray], reverse: bool,
           tensors: list[dict[str, Any]], shell: Path | None) -> None:
    announced = {name: info for job in jobs for group, info in zip(job.outputs, job.infos, strict=True)
                 for name in group}
    announced |= {name: Info(array.shape, array.dtype.name) for name, array in extra.items()}
    aliases = {d["source"]: d["alias"] for d in tensors if "alias" in d} if reverse else {}
    path = part.with_name(part.name + ".h5") if shell else part
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: path.unlink(missing_ok=True) if shell else None)
        with contextlib.closing(_writer(path, out, announced, aliases)) as writer:
            for job in jobs:
                for names, array in zip(job.outputs, _converted(job, reader, reverse), strict=True):
                    for name in names:
                        writer.write(name, array)
                        if out.suffix == ".safetensors":
                            for alias in (a for a, target in aliases.items() if target == name):
                                writer.write(alias, array)
            for name, array in extra.items():
                writer.write(name, array)
        if shell:
            archived(path, shell, part)


def _writer(path: Path, out: Path, announced: dict[str, Info], aliases: dict[str, str]) -> Writer:
    if framework_of(out) == "keras":
        return KerasWriter(path, announced)
    if out.suffix == ".safetensors":  # has no shared tensors
        return SafetensorsWriter(path, announced | {name: announced[target] for name, target in aliases.items()})
    from tensorglot.weights.torch_file import TorchWriter, require_torch

    require_torch()
    return TorchWriter(path, announced, aliases)


def _converted(job: _Job, reader: Reader, reverse: bool) -> Iterator[np.ndarray]:
    document = job.document
    if "convert" not in document:
        steps = document["steps"]
        if reverse:
            steps = st.invert(steps, tuple(document["shape"]))
        yield st.apply(steps, reader.read(job.inputs[0]))
        return
    keys, out_keys = document["keys"], document["target_keys"]
    if reverse:
        keys, out_keys = out_keys, keys
    arrays = {key: _numbers(reader.read(name), reader.tensors[name].dtype)
              for key, name in zip(keys, job.inputs, strict=True)}
    made = convert_arrays(document["convert"], arrays, document["config"], reverse)
    if made.keys() != set(out_keys):
        raise _misfit(f"the rule {document['convert']!r} makes {sorted(made)}, not {sorted(out_keys)}")
    for key, info in zip(out_keys, job.infos, strict=True):
        array = made[key]
        if array.shape != info.shape:
            raise _misfit(f"{key} becomes {list(array.shape)}, not {list(info.shape)}")
        yield array.view(storage_dtype(info.dtype))


def _numbers(array: np.ndarray, dtype: str) -> np.ndarray:
    """The array in a dtype that can be added up."""
    if array.dtype == storage_dtype(dtype) and array.dtype.kind == "u":
        import ml_dtypes

        return array.view(getattr(ml_dtypes, dtype))
    return array


@contextlib.contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """A path beside `out` that replaces it at the end, and vanishes on an error. Raises TG003."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, out)
    except OSError as error:
        raise TensorglotError(f"cannot write {out}: {error.strerror or error}", code="TG003") from error
    finally:
        part.unlink(missing_ok=True)


def _report(tensors: list[dict[str, Any]], reverse: bool) -> TransferReport:
    out = TransferReport()
    for document in tensors:
        source = document["source"]
        if "convert" in document:
            sides = (tuple(source), tuple(group[0] for group in document["target"]))
            out.merged.append((sides[1], sides[0]) if reverse else sides)
        elif "target" in document:
            pair = (source, document["target"][0])
            out.moved.append((pair[1], pair[0]) if reverse else pair)
        elif "alias" in document:
            out.aliases.append((source, document["alias"]))
        elif "drop" in document:
            out.dropped.append((source, document["drop"]))
        else:
            out.derived.append((source, "computed by the target"))
    return out
