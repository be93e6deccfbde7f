"""Inputs that a Keras model may take: those it was made for, else by argument names and its first layers."""

from __future__ import annotations

import re
from typing import Any

import keras

from ....facts.inputs import parse_input
from ....facts.runner.execute import Built, Executor
from ....facts.runner.solver import BATCH, LENGTH, InputSolver

_TOKENS = re.compile(r"(^|_)(ids?|tokens?|idx|src|tgt|trg|targets?|text|words?|sentences?|seqs?|sequences?)(\d|$|_)")
_MASK = re.compile(r"mask")
_IMAGE = re.compile(r"^(im|img|imgs|image|images|pixels|frames?)$")

#: Sizes for axes that a shape leaves open: those of sequences, images and volumes.
_OPEN = {1: (LENGTH,), 2: (64, 64), 3: (8, 32, 32)}

_IMAGES = tuple(f"float32[{BATCH},{n},{n},{c}]" for n, c in ((64, 3), (32, 3), (28, 1), (224, 3), (32, 16), (299, 3)))
_SEQUENCES = tuple(f"float32[{BATCH},{n},{c}]" for n, c in ((LENGTH, 32), (LENGTH, 16), (64, 1), (64, 3), (28, 28)))
_VECTORS = tuple(f"float32[{BATCH},{n}]" for n in (16, 32, 784, 10, 100))
_VOLUMES = (f"float32[{BATCH},8,32,32,3]", f"float32[{BATCH},8,32,32,1]", f"float32[{BATCH},32,32,32,1]")
_COMMON = (*_IMAGES, *_VECTORS, *_SEQUENCES, f"int32[{BATCH},{LENGTH}]<10", *_VOLUMES)

#: First layers, by class name, and what they take.
_BY_LAYER = (
    (r"Conv1D|Pooling1D|Padding1D|Cropping1D|SpatialDropout1D|UpSampling1D", _SEQUENCES),
    (r"ConvLSTM2D|Conv3D|Pooling3D|Padding3D", _VOLUMES),
    (r"2D|^Rescaling|^Random|^Resizing|^CenterCrop|^GroupNormalization", _IMAGES),
    (r"LSTM|GRU|RNN|Attention|TimeDistributed|^Bidirectional", _SEQUENCES),
    (r"^Flatten", (f"float32[{BATCH},28,28]", *_IMAGES)),
    (r"^Dense|^Reshape", (*_VECTORS, *_SEQUENCES)),
)


class KerasInputs(InputSolver):
    """Looks for inputs of a Keras model. Each attempt is made with a new one: the first call decides its weights."""

    def __init__(self, executor: Executor, built: Built, seconds: float):
        super().__init__(executor, built, seconds)
        self.layers = [m for _, m in executor.recorder.named_modules(built.model)
                       if not executor.project(type(m).__module__)]

    def start_again(self) -> None:
        """See the base class."""
        self.built = self.executor.build(self.built.module, self.built.expression, self.built.device)

    def candidates(self, name: str, index: int) -> list[str]:
        """See the base class."""
        declared = self._declared() if not index else []
        name = name.lower()
        if declared:
            return declared
        if _MASK.search(name):
            return [f"bool[{BATCH},{LENGTH}]", f"bool[{BATCH},{LENGTH},{LENGTH}]", "None"]
        bound = min((m.input_dim for m in self.layers if isinstance(m, keras.layers.Embedding)), default=None)
        if bound is not None and (_TOKENS.search(name) or not index):
            return [f"int32[{BATCH},{LENGTH}]<{bound}", f"int32[{BATCH}]<{bound}", f"int32[{BATCH},64]<{bound}", *_COMMON]
        by_layer = self._by_first_layer()
        return list(dict.fromkeys([*(_IMAGES if _IMAGE.match(name) else ()), *by_layer, *_COMMON]))

    def adapted(self, specs: tuple[str, ...], args: list[Any], error: str) -> list[tuple[str, ...]]:
        """A layer says which last axis it expects."""
        wanted = re.search(r"expected axis -1 of input shape to have value (\d+)", error)
        if not wanted or not specs or parse_input(specs[0]).kind != "tensor":
            return []
        shape = parse_input(specs[0]).shape[:-1]
        return [(f"float32[{','.join(map(str, (*shape, wanted[1])))}]", *specs[1:])]

    def _declared(self) -> list[str]:
        """The inputs that the model says it takes: symbolic ones that it was made from, or the shape it was built for."""
        model = self.built.model
        if isinstance(model, keras.Sequential) and not model.built or not isinstance(model, keras.Model):
            return []
        struct = getattr(model, "_inputs_struct", None)
        if struct is None and isinstance(model, keras.Sequential):
            struct = model.inputs[0]
        return [] if struct is None else [self._text(struct)]

    def _text(self, struct: Any) -> str:
        if isinstance(struct, dict):
            return "{" + ", ".join(f"{key!r}: {self._text(part)}" for key, part in struct.items()) + "}"
        if isinstance(struct, (list, tuple)):
            parts = [self._text(part) for part in struct]
            return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
        rank = len(struct.shape)
        free = iter(_OPEN.get(rank - 2, ()) if rank > 2 else (LENGTH,))
        sizes = [BATCH if not i else n or next(free, LENGTH) for i, n in enumerate(struct.shape)]
        bound = self._embedded(struct)
        dtype = "int32" if bound else keras.backend.standardize_dtype(struct.dtype)
        return f"{dtype}[{','.join(map(str, sizes))}]" + (f"<{bound}" if bound else "")

    def _embedded(self, symbol: Any) -> int | None:
        """Number of entries of the embedding that looks the input up."""
        users = [node.operation for node in symbol._keras_history.operation._outbound_nodes]
        found = [u.input_dim for u in users if isinstance(u, keras.layers.Embedding)]
        return min(found, default=None)

    def _by_first_layer(self) -> tuple[str, ...]:
        for layer in self.layers:
            for pattern, specs in _BY_LAYER:
                if re.search(pattern, type(layer).__name__):
                    return specs
        recorder = self.executor.recorder
        shapes = [recorder.shape(v) for _, v, _ in recorder.named_tensors(self.built.model)]
        return tuple(f"float32[{BATCH},{more}{s[0]}]" for s in shapes if len(s) == 2 for more in ("", f"{LENGTH},"))
