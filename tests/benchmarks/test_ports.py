"""The hand-written ports compute what the PyTorch networks compute: the yardstick is the same network."""

from __future__ import annotations

import runpy

import numpy as np
import pytest

from demo.cases import EXAMPLES

torch = pytest.importorskip("torch")
pytest.importorskip("keras")


def relative(actual: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(actual - wanted).max() / np.abs(wanted).max())


def test_resnet50() -> None:
    from benchmarks.ports.resnet50 import resnet50
    from benchmarks.ports.weights import copy_resnet50
    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    define_missing_ops()
    from torchvision.models import resnet50 as original

    source = original(num_classes=7).eval()
    port = resnet50(64, num_classes=7)
    copy_resnet50(source, port)
    assert sum(p.numel() for p in source.parameters()) == sum(int(np.prod(w.shape)) for w in port.trainable_weights)
    images = np.random.default_rng(0).standard_normal((2, 3, 64, 64), dtype=np.float32)
    with torch.no_grad():
        wanted = source(torch.from_numpy(images)).numpy()
    assert relative(np.asarray(port(images.transpose(0, 2, 3, 1), training=False)), wanted) < 1e-4


@pytest.mark.parametrize("bias", [True, False])
def test_gpt(bias: bool) -> None:
    from benchmarks.ports.gpt import GPT
    from benchmarks.ports.weights import copy_gpt

    example = runpy.run_path(str(EXAMPLES / "gpt.py"))
    source = example["GPT"](example["GPTConfig"](vocab_size=50, block_size=16, bias=bias)).eval()
    for parameter in source.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    port = GPT(50, 16, 2, 4, 64, use_bias=bias)
    tokens = np.random.default_rng(0).integers(0, 50, (2, 11))
    port(tokens)
    copy_gpt(source, port)
    assert sum(p.numel() for p in source.parameters()) == sum(int(np.prod(w.shape)) for w in port.trainable_weights)
    with torch.no_grad():
        wanted = source(torch.from_numpy(tokens))[0].numpy()
    assert relative(np.asarray(port(tokens, training=False)), wanted) < 1e-4
