"""How verifications become rows, and what counts as a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.__main__ import cells, chosen, table
from demo.cases import CASES, Case
from demo.migrating import Migrated
from demo.row import Row, module_of
from demo.run import fill
from demo.zoo.listing import examples, networks
from tensorglot.verify import Case as Check
from tensorglot.verify import Row as Compared
from tensorglot.verify import VerifyReport

CASE: Case = CASES[0]


def check(backend: str = "tensorflow") -> Check:
    return Check("a.py", "b.py", "Net()", ["float32[2]"], backend=backend)


def report(error: float, ok: bool, backend: str = "tensorflow") -> VerifyReport:
    stages = {"parses": True, "builds": True, "runs": True, "matches": ok}
    rows = [Compared("float32", "eval", "given", "outputs", error, 1e-4, ok)]
    return VerifyReport("Net()", "a.py", "b.py", backend, ["float32[2]"], stages, rows)


def test_the_worst_difference_counts() -> None:
    row = Row.of(CASE, "keras")
    fill(Migrated(row, [check(), check(), check("jax")]), [report(1e-6, True), report(3e-6, True), report(2e-6, True)])
    assert (row.outputs, row.backends, row.compared, row.migrated) == (3e-6, {"jax": 2e-6}, 3, True)


def test_a_difference_is_a_fault_that_names_the_example() -> None:
    row = Row.of(CASE, "keras")
    fill(Migrated(row, [check()]), [report(0.1, False)])
    assert not row.migrated
    assert "Net() at float32[2] on tensorflow: eval float32 outputs 1.0e-01" in row.faults[0]


@pytest.mark.parametrize("change, fault", [
    ({"kept_layout": True}, "source's axis order"), ({"extra_transposes": 1}, "1 transposes"),
    ({"line_ratio": 1.4}, "1.40 lines"), ({"comments_lost": ["why"]}, "lost comments: why")])
def test_gates(change: dict[str, object], fault: str) -> None:
    row = Row.of(CASE, "keras")
    for name, value in change.items():
        setattr(row, name, value)
    assert fault in row.faults[0]


def test_table_has_a_cell_for_each_column() -> None:
    row = Row.of(CASE, "keras")
    assert len(cells(row)) == len(table([row]).columns)


def test_patterns_choose_cases() -> None:
    assert {case.source for case in chosen(["vgg16.py"])} == {"vgg16.py"}
    assert chosen([]) == list(CASES)


def test_module_of_a_file_in_packages(tmp_path: Path) -> None:
    folder = tmp_path / "pkg" / "models"
    folder.mkdir(parents=True)
    for file in (tmp_path / "pkg" / "__init__.py", folder / "__init__.py", folder / "net.py", tmp_path / "alone.py"):
        file.touch()
    assert module_of(folder / "net.py") == (tmp_path, "pkg.models.net")
    assert module_of(folder / "__init__.py") == (tmp_path, "pkg.models")
    assert module_of(tmp_path / "alone.py") == (tmp_path, "alone")


def test_zoo_lists() -> None:
    vision = networks("torchvision")
    kinds = [network.kind for network in vision]
    assert (kinds.count("classification"), kinds.count("segmentation"), kinds.count("video")) == (63, 6, 9)
    assert len({network.module for network in networks("timm")}) == len(networks("timm")) == 98


def test_further_examples_of_a_package() -> None:
    found = examples("torchvision")
    assert len(found) > 10 and examples("timm") == []
    files = {text for example in found for text in example.inputs if text.startswith("@")}
    assert files and all(Path(text[1:].rpartition(":")[0]).is_file() for text in files)


def test_operators_of_detection_networks() -> None:
    import torch

    from demo.zoo.detection import nms

    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 10.0, 10.0], [20.0, 20.0, 30.0, 30.0]])
    assert nms(boxes, torch.tensor([0.5, 0.9, 0.7]), 0.5).tolist() == [1, 2]
    assert nms(boxes[:0], torch.zeros(0), 0.5).shape == (0,)
