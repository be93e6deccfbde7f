"""The demonstration's sources run, as they are, at every size at which they will be compared."""

from __future__ import annotations

import ast
import runpy

import pytest

from demo.cases import CASES, OWN, PAPER, Case
from tensorglot.facts.inputs import materialise, parse_input


def test_at_least_half_of_the_files_were_written_by_nobody_here() -> None:
    files = {case.source: case.foreign for case in CASES}
    assert sum(files.values()) >= len(files) / 2


def test_names_are_distinct() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_compared_beyond_what_was_traced(case: Case) -> None:
    """Another batch size, and another size or configuration."""
    assert len(case.others) >= 2
    ast.parse(case.path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", PAPER + OWN, ids=lambda case: case.name)
def test_example_runs_in_torch(case: Case) -> None:
    torch = pytest.importorskip("torch")
    namespace = runpy.run_path(str(case.path), run_name=case.path.stem)
    for example in (case.traced, *case.others):
        model = eval(example.model, namespace).eval()
        output = model(*(torch.as_tensor(materialise(parse_input(spec))) for spec in example.inputs))
        first = output[0] if isinstance(output, tuple) else output
        assert first.shape[0] and torch.isfinite(first).all()
