"""Finds inputs a model accepts: from argument names, the layers that consume them, and what failures say."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import nn

from ....facts.inputs import parse_input
from ....facts.runner.execute import Built, Executor
from ....facts.runner.solver import BATCH, LENGTH, InputSolver

#: Spatial sizes in the order tried; 64 leaves several positions behind five halvings.
SIZES = {1: (64, 128, 32, 1024, 16), 2: (64, 32, 28, 224, 96, 128, 299, 16, 256, 8, 512),
         3: ((8, 64, 64), (16, 112, 112), (8, 32, 32), (16, 64, 64), (16, 224, 224), (32, 32, 32), (8, 8, 8))}
UPSAMPLED = {1: (16, 1, 8), 2: (4, 1, 8, 16, 32), 3: ((4, 4, 4), (1, 1, 1))}

_SIZE_NAMES = ("image_size", "img_size", "input_size", "input_resolution", "resolution")

#: Nodes of a graph.
NODES = 8

_TOKENS = re.compile(r"(^|_)(ids?|tokens?|idx|src|tgt|trg|text|words?|sentences?|seqs?|sequences?|target_seq)(\d|$|_)")
_MASK = re.compile(r"mask|padding")
_TIME = re.compile(r"^(t|ts|time|times|timesteps?|steps?|noise_levels?|sigma|temb)$")
_SWITCH = re.compile(r"(^|_)(is|use|return|with)_")
_LABEL = re.compile(r"^(y|labels?|class(es)?|targets?|cond|c)$")
_GRAPH = re.compile(r"^(adj|adjacency|a|graph|support|edge_weights?|laplacian)$")
_STATE = re.compile(r"^(h|c|hx|hidden|state|h0|c0|h_0|prev|hidden_state|prev_hidden|states)$")
_IMAGE = re.compile(r"^(im|img|imgs|image|images|pixel_values|pixels|frames?|video)$")
_CONTEXT = re.compile(r"memory|context|enc|kv|^(k|v|q|key|value|query|skip|residual|other|x\d|y\d|z\d?)$")


class TorchInputs(InputSolver):
    """Looks for inputs of a PyTorch model."""

    def __init__(self, executor: Executor, built: Built, seconds: float):
        super().__init__(executor, built, seconds)
        self.leaves = [m for m in built.model.modules() if _consumes(m)]

    def candidates(self, name: str, index: int) -> list[str]:
        """See the base class."""
        bound = min((m.num_embeddings for m in self.leaves if isinstance(m, (nn.Embedding, nn.EmbeddingBag))),
                    default=None)
        name = name.lower()
        by_layer = self._by_first_layer()
        width = self._width()
        if index and _SWITCH.search(name):
            return ["True", "False"]
        if _MASK.search(name):
            return [f"bool[{BATCH},{LENGTH}]", f"bool[{LENGTH},{LENGTH}]", f"float32[{LENGTH},{LENGTH}]",
                    f"bool[{BATCH},1,{LENGTH},{LENGTH}]", f"bool[{BATCH},1,1,{LENGTH}]", "None"]
        if name == "edge_index":
            return [f"int64[2,20]<{NODES}"]
        if _GRAPH.match(name) and index:
            return [f"float32[{NODES},{NODES}]", f"float32[{BATCH},{NODES},{NODES}]"]
        if "length" in name or name == "lens":
            return [f"int64[{BATCH}]:{LENGTH // 2}..{LENGTH}", str(LENGTH)]
        if _TIME.match(name) and (index or bound is None):
            return [f"int64[{BATCH}]<10", f"float32[{BATCH}]", f"float32[{BATCH},1]", *by_layer]
        if _STATE.match(name) and index:
            return [f"float32[{BATCH},{width}]", f"float32[1,{BATCH},{width}]", f"float32[2,{BATCH},{width}]",
                    f"(float32[{BATCH},{width}], float32[{BATCH},{width}])",
                    f"(float32[1,{BATCH},{width}], float32[1,{BATCH},{width}])", "None", *by_layer]
        if bound is not None and (_TOKENS.search(name) or isinstance(self.leaves[0], (nn.Embedding, nn.EmbeddingBag))):
            tokens = [f"int64[{BATCH},{LENGTH}]<{bound}", f"int64[{LENGTH},{BATCH}]<{bound}", f"int64[{BATCH}]<{bound}",
                      f"int64[{BATCH},64]<{bound}"]
            return tokens if not index or _TOKENS.search(name) else [*tokens[:2], *by_layer]
        if _LABEL.match(name) and index:
            return [f"int64[{BATCH}]<{bound or 10}", f"int64[{BATCH},{LENGTH}]<{bound or 10}", *by_layer]
        if _IMAGE.match(name):
            return list(dict.fromkeys([*(s for s in by_layer if s.count(",") > 2), *_IMAGES, *by_layer]))
        if index and _CONTEXT.search(name):
            return [*by_layer[:8], f"float32[{BATCH},{LENGTH},{width}]", f"float32[{BATCH},{width}]"]
        return list(dict.fromkeys([*by_layer, *_COMMON]))

    def _by_first_layer(self) -> list[str]:
        for leaf in self.leaves:
            found = inputs_of_layer(leaf)
            if found and isinstance(leaf, nn.Conv2d):
                return [*(_image(leaf.in_channels, size) for size in self._declared_sizes()), *found]
            if found:
                return found
        for parameter in self.built.model.parameters():
            if parameter.dim() == 2:
                return [s for w in parameter.shape for s in _matrices(w)]
        return list(_COMMON)

    def _declared_sizes(self) -> list[tuple[int, ...]]:
        """Image sizes that the model or a part of it carries as an attribute (`image_size`, `img_size`)."""
        holders = [vars(owner) for owner in (self.built.model, *self.built.model.children())]
        holders += [v for v in holders[0].values() if type(v) is dict]
        values = [holder[name] for holder in holders for name in _SIZE_NAMES if name in holder]
        sizes = [(v, v) if isinstance(v, int) else tuple(v)[-2:] for v in values if isinstance(v, (int, tuple, list))]
        return [s for s in sizes if len(s) == 2 and all(isinstance(n, int) for n in s)]

    def _width(self) -> int:
        for leaf in self.leaves:
            for name in ("hidden_size", "embed_dim", "in_features", "embedding_dim", "num_features"):
                if isinstance(getattr(leaf, name, None), int):
                    return int(getattr(leaf, name))
        return 16

    # What a failure says

    def adapted(self, specs: tuple[str, ...], args: list[Any], error: str) -> list[tuple[str, ...]]:
        """The layer that refused an input, or the rank that was expected, tell what to try."""
        out: list[tuple[str, ...]] = []
        last = self.executor.recorder.last_layer
        if last is not None and last[1] and isinstance(last[1][0], torch.Tensor):
            layer, given = last[0], last[1][0]
            for i, arg in enumerate(args):
                if arg is given and _consumes(layer):
                    out += [(*specs[:i], s, *specs[i + 1:]) for s in inputs_of_layer(layer)]
                elif len(last[1]) > 1 and arg is last[1][1] and isinstance(layer, (nn.RNNBase, nn.RNNCellBase)):
                    out += [(*specs[:i], state_of(layer), *specs[i + 1:])]
            if not out and isinstance(layer, nn.Linear) and args and isinstance(args[0], torch.Tensor):
                out += [(s, *specs[1:]) for s in _rescaled(args[0], given, layer)]
        rank = re.search(r"unpack \(expected (\d)", error)
        if rank and args and isinstance(args[0], torch.Tensor):
            out += [(s, *specs[1:]) for s in self._of_rank(int(rank[1]))]
        return out

    def _of_rank(self, rank: int) -> list[str]:
        found = [s for s in [*self._by_first_layer(), *_COMMON] if len(parse_input(s).shape) == rank]
        width = self._width()
        other = {2: [f"float32[{BATCH},{width}]"], 3: [f"float32[{BATCH},{LENGTH},{width}]"],
                 4: [f"float32[{BATCH},{width},8,8]", f"float32[{BATCH},8,8,{width}]"],
                 5: [f"float32[{BATCH},3,8,32,32]"]}.get(rank, [])
        return [*found[:4], *other]


def _rescaled(image: torch.Tensor, given: torch.Tensor, layer: nn.Linear) -> list[str]:
    """Image sizes at which a flattened feature map would fit the layer."""
    if image.dim() < 3 or not given.dim():
        return []
    spatial = image.dim() - 2
    scale = (layer.in_features / max(given.shape[-1], 1)) ** (1 / spatial)
    size = round(image.shape[-1] * scale)
    return [_image(image.shape[1], (s,) * spatial) for s in (size, size + 1, size - 1, size + 2) if s > 0]


def _consumes(module: nn.Module) -> bool:
    return isinstance(module, _LAYERS) and type(module).__module__.startswith("torch.")


_CONV = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_NORM = (nn.LayerNorm, nn.GroupNorm, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_LAYERS = (*_CONV, *_NORM, nn.Linear, nn.Embedding, nn.EmbeddingBag, nn.RNNBase, nn.RNNCellBase,
           nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.Bilinear)

_IMAGES = tuple(f"float32[{BATCH},{c},{s},{s}]" for c, s in ((3, 64), (3, 32), (3, 224), (1, 28), (1, 64)))
_COMMON = (*_IMAGES[:3], f"float32[{BATCH},16,16,16]", f"float32[{BATCH},{LENGTH},32]",
           f"float32[{BATCH},32]", f"float32[{BATCH},{LENGTH},16]", f"float32[{BATCH},16]", f"float32[{BATCH},1,28,28]",
           f"float32[{BATCH},4,{LENGTH},8]", f"float32[{BATCH},64,16,16]", f"float32[{BATCH},3,8,32,32]",
           f"float32[{BATCH},10]", f"int64[{BATCH},{LENGTH}]<10", f"float32[{BATCH},32,32,3]", f"float32[{LENGTH}]")


def _image(channels: int, size: tuple[int, ...]) -> str:
    return f"float32[{','.join(map(str, (BATCH, channels, *size)))}]"


def inputs_of_layer(layer: nn.Module) -> list[str]:
    """Specifications of tensors that a framework layer takes, the likeliest first."""
    if isinstance(layer, _CONV):
        n = layer.weight.dim() - 2
        sizes = (UPSAMPLED if "Transpose" in type(layer).__name__ else SIZES)[n]
        return [_image(layer.in_channels, s if isinstance(s, tuple) else (s,) * n) for s in sizes]
    if isinstance(layer, (nn.Embedding, nn.EmbeddingBag)):
        n = layer.num_embeddings
        return [f"int64[{BATCH},{LENGTH}]<{n}", f"int64[{BATCH}]<{n}", f"int64[{BATCH},64]<{n}"]
    if isinstance(layer, nn.RNNBase):
        order = (BATCH, LENGTH) if layer.batch_first else (LENGTH, BATCH)
        return [f"float32[{order[0]},{order[1]},{layer.input_size}]"]
    if isinstance(layer, nn.RNNCellBase):
        return [f"float32[{BATCH},{layer.input_size}]"]
    if isinstance(layer, nn.LayerNorm):
        tail = ",".join(map(str, layer.normalized_shape))
        return [f"float32[{BATCH},{LENGTH},{tail}]", f"float32[{BATCH},{tail}]", f"float32[{BATCH},8,8,{tail}]"]
    if isinstance(layer, _NORM):
        return _norm_inputs(layer)
    width = getattr(layer, "in_features", None) or getattr(layer, "embed_dim", None) or getattr(
        layer, "in1_features", None)
    if width is None and isinstance(layer, nn.TransformerEncoderLayer):
        width = layer.linear1.in_features
    if not isinstance(width, int):
        return []
    return _matrices(width)


def _matrices(width: int) -> list[str]:
    """Tensors whose last axis (at last: second axis) is `width`."""
    return [f"float32[{BATCH},{width}]", f"float32[{BATCH},{LENGTH},{width}]", f"float32[{BATCH},8,8,{width}]",
            f"float32[{NODES},{width}]", f"float32[{BATCH},64,{width}]", f"float32[{BATCH},4,{LENGTH},{width}]",
            f"float32[{BATCH},{width},8,8]"]


def state_of(layer: Any) -> str:
    """Specification of a recurrent layer's initial state for a batch."""
    if isinstance(layer, nn.RNNCellBase):
        state = f"float32[{BATCH},{layer.hidden_size}]"
        return f"({state}, {state})" if isinstance(layer, nn.LSTMCell) else state
    state = f"float32[{layer.num_layers * (1 + layer.bidirectional)},{BATCH},{layer.hidden_size}]"
    return f"({state}, {state})" if isinstance(layer, nn.LSTM) else state


def _norm_inputs(layer: Any) -> list[str]:
    channels = layer.num_channels if isinstance(layer, nn.GroupNorm) else layer.num_features
    rank = 2 if isinstance(layer, nn.GroupNorm) else int(type(layer).__name__[-2])
    shapes = [_image(channels, (16,) * rank)]
    return shapes if rank > 1 else [f"float32[{BATCH},{channels}]", *shapes]
