"""The passes know no framework by name: what they must know of one stands in its dialect."""

import io
import re
import tokenize
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "tensorglot"
PASSES = [*(path for folder in ("lift", "infer", "lower", "emit") for path in sorted((SOURCE / folder).rglob("*.py"))),
          SOURCE / "facts" / "__init__.py"]
NAMES = re.compile(r"torch|keras|tensorflow|flax|(?<![\w.])(?:tf|nnx?|jnp)\.", re.IGNORECASE)


def mentions(text: str) -> list[str]:
    """Lines of code, docstrings included, that name a framework; comments are not code."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT and NAMES.search(token.string if token.type == tokenize.STRING else ""):
            found.append(f"{token.start[0]}: {token.string.strip()[:100]}")
        elif token.type == tokenize.NAME and re.search("torch|keras|tensorflow|flax", token.string, re.IGNORECASE):
            found.append(f"{token.start[0]}: {token.line.strip()}")
    return found


@pytest.mark.parametrize("path", PASSES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_passes_name_no_framework(path):
    assert mentions(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["import torch", 'f("nn.init.zeros_")', 'f("keras")', '"""As tf.cast."""', "a.keras()"])
def test_mentions_are_found(text):
    assert mentions(text)
