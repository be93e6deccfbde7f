"""The demonstration's models, migrated, agree with their sources and read like them."""

from __future__ import annotations

import pytest

from demo.cases import CASES, Case
from demo.row import Row
from demo.run import run_cases

#: Small models; the others are part of `make demo`.
FAST = [case for case in CASES if not case.slow]


class Gate:
    """One class a target, so that each is one worker's."""

    target = ""

    @pytest.fixture(scope="class")
    def rows(self, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
        """All rows by name."""
        build = tmp_path_factory.mktemp(self.target)
        return {row.name: row for row in run_cases(FAST, (self.target,), jobs=1, build=build)}

    @pytest.mark.parametrize("case", FAST, ids=lambda case: case.name)
    def test_agrees_and_reads_well(self, case: Case, rows: dict[str, Row]) -> None:
        assert rows[case.name].faults == []


@pytest.mark.slow
class TestKeras(Gate):
    """Keras 3, run on TensorFlow, PyTorch and JAX."""

    target = "keras"


@pytest.mark.slow
class TestTensorFlow(Gate):
    """`tf.keras` layers and `tf` functions."""

    target = "tensorflow"
