"""The demonstration's models, migrated, agree with their sources and read like them."""

from __future__ import annotations

import pytest

from demo.cases import CASES, Case
from demo.row import Row
from demo.run import run_cases

#: Small models; the others are part of `make demo`.
FAST = [case for case in CASES if not case.slow]

#: One of each kind of network: the gate of `make test`. `make test-full` has all small ones.
SAMPLE = [case for case in FAST if case.name in {
    "CNN-GRU", "LSTM, Sequential", "ResNet-18 (CIFAR)", "U-Net", "ShuffleNet", "GPT", "ViT, einops",
    "Seq2seq with attention", "VAE", "Graph convolution", "vit-pytorch SimpleViT, einops", "torchvision SqueezeNet"}]

#: Compared in float64, with gradients, and on every Keras backend in `make test` too.
CLOSE = [case for case in FAST if case.name in {"Tutorial CNN", "VAE's Gaussian MLP (vaes-ptorch)"}]


#: Models whose text misses a gate, with the reason.
GAPS = {"ViT": "classes for the layers that it is handed as arguments make a file of 78 lines 1.31 times as long"}

SMALL = [pytest.param(case, id=case.name, marks=[pytest.mark.xfail(strict=True, reason=GAPS[case.name])]
                      if case.name in GAPS else []) for case in FAST]


class Gate:
    """One class a target, so that each is one worker's."""

    target = ""
    quick = True
    cases = FAST

    @pytest.fixture(scope="class")
    def rows(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
        """All rows by name."""
        build = tmp_path_factory.mktemp(self.target)
        return {row.name: row for row in run_cases(self.cases, (self.target,), jobs=1, build=build, quick=self.quick)}


class QuickGate(Gate):
    """A sample in float32."""

    cases = SAMPLE

    @pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
    def test_is_as_it_should_be(self, case: Case, rows: dict[str, Row]) -> None:
        assert rows[case.name].faults == []


class CloseGate(Gate):
    """Some cases in both precisions, Keras also run on PyTorch and JAX."""

    quick = False
    cases = CLOSE

    @pytest.mark.parametrize("case", CLOSE, ids=lambda case: case.name)
    def test_agrees_closely(self, case: Case, rows: dict[str, Row]) -> None:
        assert rows[case.name].faults == []


class FullGate(Gate):
    """Every small case in both precisions and on every backend."""

    quick = False

    @pytest.mark.parametrize("case", SMALL)
    def test_agrees_closely(self, case: Case, rows: dict[str, Row]) -> None:
        assert rows[case.name].faults == []


@pytest.mark.slow
class TestKeras(QuickGate):
    """Keras 3 on TensorFlow."""

    target = "keras"


@pytest.mark.slow
class TestKerasClosely(CloseGate):
    """Keras 3 on TensorFlow, PyTorch and JAX."""

    target = "keras"


@pytest.mark.slow
class TestTensorFlowClosely(CloseGate):
    """`tf.keras` layers and `tf` functions."""

    target = "tensorflow"


@pytest.mark.full
class TestTensorFlow(QuickGate):
    """`tf.keras` layers and `tf` functions."""

    target = "tensorflow"


@pytest.mark.full
class TestKerasInFull(FullGate):
    """Keras 3 on TensorFlow, PyTorch and JAX."""

    target = "keras"


@pytest.mark.full
class TestTensorFlowInFull(FullGate):
    """`tf.keras` layers and `tf` functions."""

    target = "tensorflow"
