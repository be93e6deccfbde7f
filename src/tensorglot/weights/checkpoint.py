"""Checkpoint files, read and written tensor by tensor.

A reader lists names, shapes and dtypes without reading data. Arrays of bfloat16 and float8 are passed as unsigned
integers of the same width (`Info.dtype` says what they are), so that nothing but their place ever changes.
"""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.steps import packed

TORCH_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".safetensors", ".index.json")
KERAS_SUFFIXES = (".h5", ".keras")


@dataclass(frozen=True)
class Info:
    """Shape and dtype name of a stored tensor."""

    shape: tuple[int, ...]
    dtype: str


class Reader(Protocol):
    """An open checkpoint."""

    tensors: dict[str, Info]

    def read(self, name: str) -> np.ndarray:
        """The tensor, in the machine's memory."""

    def close(self) -> None:
        """Closes the files."""


class Writer(Protocol):
    """A checkpoint being written; every announced tensor must be written once."""

    def write(self, name: str, array: np.ndarray) -> None:
        """Writes one tensor."""

    def close(self) -> None:
        """Completes the file."""


def storage_dtype(dtype: str) -> np.dtype[Any]:
    """The numpy dtype in which a tensor of this dtype is passed."""
    if dtype == "bfloat16":
        return np.dtype(np.uint16)
    return np.dtype(np.uint8) if dtype.startswith("float8") else np.dtype(dtype)


def framework_of(path: str | Path) -> str:
    """The framework ("torch" or "keras") of a checkpoint by its name. Raises TG002 for an unknown one."""
    name = str(path).lower()
    for framework, suffixes in (("torch", TORCH_SUFFIXES), ("keras", KERAS_SUFFIXES)):
        if name.endswith(suffixes):
            return framework
    raise TensorglotError(f"{path}: unknown checkpoint format", code="TG002", remedy="known are " + ", ".join(
        (*TORCH_SUFFIXES, ".weights.h5", ".keras")))


def unreadable(path: str | Path, reason: str, remedy: str = "") -> TensorglotError:
    """TG040 for a file."""
    return TensorglotError(f"cannot read the checkpoint {path}: {reason}", code="TG040", remedy=remedy)


@contextmanager
def opened(path: str | Path, key: str | None = None) -> Iterator[Reader]:
    """Opens a checkpoint of any known format; `key` selects a nested state dict. Raises TG040."""
    framework_of(path)
    path = Path(path)
    if not path.is_file():
        raise unreadable(path, "no such file")
    reader = _open(path, key)
    try:
        yield reader
    finally:
        reader.close()


def _open(path: Path, key: str | None) -> Reader:
    name = path.name.lower()
    if name.endswith(".index.json"):
        return _Sharded(path)
    if name.endswith(".safetensors"):
        return _Safetensors(path)
    if framework_of(path) == "torch":
        from tensorglot.weights.torch_file import TorchReader

        return TorchReader(path, key)
    return _Keras(path)


# safetensors: 8 bytes length of the header, a JSON header, then the data (github.com/huggingface/safetensors, "Format")

_SAFE_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2", "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U64": "uint64",
    "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool", "C64": "complex64"}
_SAFE_NAMES = {dtype: name for name, dtype in _SAFE_DTYPES.items()}


class _Safetensors:
    def __init__(self, path: Path):
        self.path = path
        self.file = open(path, "rb")  # noqa: SIM115 - closed by `close`
        try:
            self._header()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.file.close()
            raise unreadable(path, "it is no safetensors file, or damaged") from error

    def _header(self) -> None:
        size = os.fstat(self.file.fileno()).st_size
        length = int.from_bytes(self.file.read(8), "little")
        if length > size - 8:
            raise ValueError("header longer than the file")
        header = json.loads(self.file.read(length))
        self.tensors: dict[str, Info] = {}
        self.offsets: dict[str, int] = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            info = Info(tuple(entry["shape"]), _SAFE_DTYPES[entry["dtype"]])
            begin, end = entry["data_offsets"]
            if end - begin != math.prod(info.shape) * storage_dtype(info.dtype).itemsize or 8 + length + end > size:
                raise ValueError("data shorter than announced")
            self.tensors[name], self.offsets[name] = info, 8 + length + begin

    def read(self, name: str) -> np.ndarray:
        info = self.tensors[name]
        self.file.seek(self.offsets[name])
        return np.fromfile(self.file, storage_dtype(info.dtype), math.prod(info.shape)).reshape(info.shape)

    def close(self) -> None:
        self.file.close()


class _Sharded:
    def __init__(self, path: Path):
        try:
            places = json.loads(path.read_text(encoding="utf-8"))["weight_map"]
            files = dict.fromkeys(places.values())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise unreadable(path, "it is no index of safetensors shards") from error
        self.shards: dict[str, _Safetensors] = {}
        try:
            for file in files:
                if Path(file).name != file or not (path.parent / file).is_file():
                    raise unreadable(path, f"the shard {file} is missing")
                self.shards[file] = _Safetensors(path.parent / file)
            missing = [name for name, file in places.items() if name not in self.shards[file].tensors]
            if missing:
                raise unreadable(path, f"{missing[0]} is not in its shard")
        except TensorglotError:
            self.close()
            raise
        self.places = places
        self.tensors = {name: self.shards[file].tensors[name] for name, file in places.items()}

    def read(self, name: str) -> np.ndarray:
        return self.shards[self.places[name]].read(name)

    def close(self) -> None:
        for shard in self.shards.values():
            shard.close()


class SafetensorsWriter:
    """Writes a safetensors file; `tensors` announces all tensors."""

    def __init__(self, path: Path, tensors: Mapping[str, Info]):
        header: dict[str, Any] = {}
        offset = 0
        for name, info in tensors.items():
            size = math.prod(info.shape) * storage_dtype(info.dtype).itemsize
            header[name] = {"dtype": _SAFE_NAMES[info.dtype], "shape": list(info.shape),
                            "data_offsets": [offset, offset + size]}
            offset += size
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        self.file = open(path, "wb")  # noqa: SIM115 - closed by `close`
        self.file.write(len(text).to_bytes(8, "little") + text)
        self.start = self.file.tell()
        self.offsets = {name: self.start + entry["data_offsets"][0] for name, entry in header.items()}
        self.file.truncate(self.start + offset)

    def write(self, name: str, array: np.ndarray) -> None:
        """Writes one tensor at its place."""
        self.file.seek(self.offsets[name])
        packed(array).tofile(self.file)

    def close(self) -> None:
        """Closes the file."""
        self.file.close()


# Keras: an HDF5 file, alone or in a zip archive


class _Keras:
    def __init__(self, path: Path):
        import h5py

        self.path = path
        self.sources: list[Any] = []
        try:
            self.file = h5py.File(self._weights(path), "r")
        except (OSError, zipfile.BadZipFile, KeyError) as error:
            self._release()
            raise unreadable(path, "it is no Keras weights file, or damaged") from error
        self.tensors: dict[str, Info] = {}
        self.file.visititems(self._visit)
        if not self.tensors:
            self.close()
            raise unreadable(path, "it holds no Keras 3 weights",
                             "save it again with Keras 3: model.save_weights('NAME.weights.h5')")

    def _weights(self, path: Path) -> Any:
        if path.suffix.lower() != ".keras":
            return path
        archive = zipfile.ZipFile(path)
        self.sources.append(archive)
        member = archive.getinfo("model.weights.h5")
        if member.compress_type == zipfile.ZIP_STORED:
            self.sources.append(_Window(path, _data_offset(path, member), member.file_size))
        else:
            self.sources.append(tempfile.TemporaryFile())
            with archive.open(member) as packed:
                while chunk := packed.read(1 << 20):
                    self.sources[-1].write(chunk)
        return self.sources[-1]

    def _visit(self, name: str, item: Any) -> None:
        parts = name.split("/")
        if len(parts) > 1 and parts[-2] == "vars" and hasattr(item, "shape") and parts[0] != "optimizer":
            dtype = item.attrs.get("dtype") or item.dtype.name
            self.tensors[name] = Info(tuple(item.shape), str(dtype))

    def read(self, name: str) -> np.ndarray:
        array = self.file[name][()]
        return np.asarray(array).view(storage_dtype(self.tensors[name].dtype)).reshape(self.tensors[name].shape)

    def close(self) -> None:
        self.file.close()
        self._release()

    def _release(self) -> None:
        for source in reversed(self.sources):
            source.close()


def _data_offset(path: Path, member: zipfile.ZipInfo) -> int:
    """Where a member's bytes start: its local header is 30 bytes, a name and an extra field (PKWARE APPNOTE 4.3.7)."""
    with open(path, "rb") as file:
        file.seek(member.header_offset + 26)
        name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
    return member.header_offset + 30 + name + extra


class _Window(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, path: Path, start: int, size: int):
        self.file = open(path, "rb")  # noqa: SIM115 - closed by `close`
        self.start, self.size, self.at = start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        return self.at

    def readinto(self, buffer: Any) -> int:
        self.file.seek(self.start + self.at)
        data = self.file.read(min(len(buffer), max(0, self.size - self.at)))
        buffer[:len(data)] = data
        self.at += len(data)
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()


class KerasWriter:
    """Writes a `.weights.h5` file."""

    def __init__(self, path: Path, tensors: Mapping[str, Info]):
        import h5py

        self.tensors = tensors
        self.file = h5py.File(path, "w")

    def write(self, name: str, array: np.ndarray) -> None:
        """Writes one variable."""
        dtype = self.tensors[name].dtype
        array = packed(array)
        if dtype == "bfloat16" or dtype.startswith("float8"):
            # HDF5 has no such type: Keras stores opaque bytes and names the type in an attribute.
            self.file.create_dataset(name, data=array.view(f"V{array.itemsize}")).attrs["dtype"] = dtype
        else:
            self.file.create_dataset(name, data=array)

    def close(self) -> None:
        """Completes the file."""
        self.file.close()


def archived(weights: Path, shell: Path, out: Path) -> None:
    """Writes a `.keras` archive: that of `shell` with other weights."""
    with zipfile.ZipFile(shell) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for member in source.infolist():
            if member.filename != "model.weights.h5":
                target.writestr(member, source.read(member))
        target.write(weights, "model.weights.h5")
