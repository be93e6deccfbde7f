"""Copies a PyTorch network's weights into its hand-written port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np


def copy_resnet50(source: Any, port: keras.Model) -> None:
    """torchvision's `resnet50` into `ports.resnet50.resnet50`."""
    modules = {name.replace(".", "_"): module for name, module in source.named_modules()}
    for layer in port.layers:
        if layer.weights:
            layer.set_weights(list(_arrays(modules[layer.name])))


def copy_gpt(source: Any, port: keras.Model) -> None:
    """`examples/torch/gpt.py`'s GPT into `ports.gpt.GPT`; the port must have been called."""
    _assign(port.tokens, source.transformer.wte)
    _assign(port.positions, source.transformer.wpe)
    _assign(port.norm, source.transformer.ln_f)
    for ours, theirs in zip(port.blocks, source.transformer.h, strict=True):
        _assign(ours.norm1, theirs.ln_1)
        _assign(ours.attention.qkv, theirs.attn.c_attn)
        _assign(ours.attention.proj, theirs.attn.c_proj)
        _assign(ours.norm2, theirs.ln_2)
        _assign(ours.expand, theirs.mlp.c_fc)
        _assign(ours.contract, theirs.mlp.c_proj)


def _assign(layer: keras.layers.Layer, module: Any) -> None:
    layer.set_weights(list(_arrays(module)))


def _arrays(module: Any) -> Iterator[np.ndarray]:
    """The module's weights in the order and with the axes of the Keras layer."""
    for name, tensor in {**dict(module.named_parameters()), **dict(module.named_buffers())}.items():
        value = tensor.detach().numpy()
        if name == "num_batches_tracked":
            continue
        if value.ndim == 4:
            value = value.transpose(2, 3, 1, 0)
        elif value.ndim == 2 and type(module).__name__ == "Linear":
            value = value.T
        yield value
