"""PyTorch's own checkpoint files: names and places by `torch.load(weights_only=True)`, data straight from the file.

Loading to the "meta" device reads no tensor data but says at which offset of the file each storage begins; saving with
`skip_data` leaves room for it. Both are how torch itself offers to stream.
"""

from __future__ import annotations

import math
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.checkpoint import Info, storage_dtype, unreadable
from tensorglot.weights.steps import packed

#: Keys under which training scripts keep the weights.
USUAL_KEYS = ("state_dict", "model_state_dict", "model", "module", "net", "network", "weights")


class TorchReader:
    """A `.pt` file. Raises TG040 where it is damaged or holds more than tensors and plain values."""

    def __init__(self, path: Path, key: str | None = None):
        self.path = path
        self.found = _state_dict(_load(path, "meta"), path, key)
        if any(t.untyped_storage()._checkpoint_offset is None for t in self.found.values()):
            self.found = _state_dict(_load(path, "cpu"), path, key)  # files of torch before 1.6 can't be streamed
        self.tensors = {name: Info(tuple(t.shape), str(t.dtype).removeprefix("torch."))
                        for name, t in self.found.items()}
        self.file = open(path, "rb")  # noqa: SIM115 - closed by `close`
        self.size = os.fstat(self.file.fileno()).st_size

    def read(self, name: str) -> np.ndarray:
        """The tensor's values; strides are resolved."""
        tensor, info = self.found[name], self.tensors[name]
        dtype = storage_dtype(info.dtype)
        if not tensor.is_meta:
            import torch

            raw = tensor.contiguous().reshape(-1).view(torch.uint8)
            return np.frombuffer(raw.numpy().tobytes(), dtype).reshape(info.shape)
        if not math.prod(info.shape):
            return np.zeros(info.shape, dtype)
        spans = [(size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True)]
        begin = tensor.untyped_storage()._checkpoint_offset + tensor.storage_offset() * dtype.itemsize
        count = sum(spans) + 1
        if begin + count * dtype.itemsize > self.size:
            raise unreadable(self.path, f"it ends within {name}")
        self.file.seek(begin)
        flat = np.fromfile(self.file, dtype, count)
        if tensor.is_contiguous():
            return flat.reshape(info.shape)
        strides = [stride * dtype.itemsize for stride in tensor.stride()]
        return np.lib.stride_tricks.as_strided(flat, info.shape, strides)

    def close(self) -> None:
        """Closes the file."""
        self.file.close()


def _load(path: Path, device: str) -> Any:
    import torch

    try:
        return torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise unreadable(path, "it is a pickle of more than tensors, which can run any code when it is loaded",
                         "where you trust its origin, load it with the code that wrote it and save the weights alone: "
                         "torch.save(model.state_dict(), 'weights.pt')") from error
    except Exception as error:
        raise unreadable(path, f"it is damaged, or not made by torch.save ({str(error).splitlines()[0][:120]})"
                         if str(error) else "it is damaged, or not made by torch.save") from error


def _state_dict(loaded: Any, path: Path, key: str | None) -> dict[str, Any]:
    """The mapping of names to tensors within what a file holds; values that are no tensors are left out."""
    if key is not None:
        for part in key.split("."):
            if not isinstance(loaded, Mapping) or part not in loaded:
                raise unreadable(path, f"there is nothing under the key {key!r}", f"its keys are {_keys(loaded)}")
            loaded = loaded[part]
    elif isinstance(loaded, Mapping) and not _tensors(loaded):
        usual = [k for k in USUAL_KEYS if isinstance(loaded.get(k), Mapping) and _tensors(loaded[k])]
        if not usual:
            raise unreadable(path, "it holds no state dict at its top", f"name one of its keys: {_keys(loaded)}")
        loaded = loaded[usual[0]]
    found = _tensors(loaded) if isinstance(loaded, Mapping) else {}
    if not found:
        raise unreadable(path, "it holds no tensors by name", "save model.state_dict()")
    return found


def _tensors(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    import torch

    return {str(k): v for k, v in mapping.items() if isinstance(v, torch.Tensor)}


def _keys(value: Any) -> str:
    return ", ".join(map(repr, list(value)[:10])) if isinstance(value, Mapping) else f"none ({type(value).__name__})"


class TorchWriter:
    """Writes a `.pt` file; `aliases` maps names to the announced tensor that they share."""

    def __init__(self, path: Path, tensors: Mapping[str, Info], aliases: Mapping[str, str]):
        import torch

        # Memory of `empty` is not touched, and `skip_data` does not read it: only room in the file is made.
        state = {name: torch.empty(info.shape, dtype=getattr(torch, info.dtype)) for name, info in tensors.items()}
        state |= {name: state[target] for name, target in aliases.items()}
        checksums = torch.serialization.get_crc32_options()
        torch.serialization.set_crc32_options(False)
        try:
            with torch.serialization.skip_data():
                torch.save(state, path)
        finally:
            torch.serialization.set_crc32_options(checksums)
        placed = torch.load(path, map_location="meta", weights_only=True)
        self.offsets = {name: placed[name].untyped_storage()._checkpoint_offset for name in tensors}
        self.file = open(path, "r+b")  # noqa: SIM115 - closed by `close`

    def write(self, name: str, array: np.ndarray) -> None:
        """Writes one tensor at its place."""
        if array.size:
            self.file.seek(self.offsets[name])
            packed(array).tofile(self.file)

    def close(self) -> None:
        """Closes the file."""
        self.file.close()


def require_torch() -> None:
    """Raises TG002 where torch is not installed."""
    try:
        import torch  # noqa: F401
    except ImportError as error:
        raise TensorglotError("torch is needed for .pt files", code="TG002",
                              remedy="pip install tensorglot[torch], or use .safetensors") from error
