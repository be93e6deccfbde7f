"""README's example is what the tool does."""

from __future__ import annotations

import re

import pytest

import tensorglot
from demo.cases import EXAMPLES, ROOT


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_source_is_the_example() -> None:
    assert blocks("python")[0] in (EXAMPLES / "tutorial_cnn.py").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_output_is_real() -> None:
    migration = tensorglot.migrate(EXAMPLES / "tutorial_cnn.py", to="keras", model="Net()",
                                   inputs=["float32[2,3,32,32]"])
    assert blocks("python")[1] in migration.code
    assert migration.diagnostics == []


def test_named_files_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / name).exists(), name
