"""The figures of the demonstration's table."""

from __future__ import annotations

import ast

import pytest

from demo.metrics import comments, compare, leftovers, transposes

SOURCE = '''"""A file."""
import torch  # the framework


def f(x):
    # channels last
    return x.permute(0, 2, 1).relu()
'''


def test_unchanged_text() -> None:
    metrics = compare(SOURCE, SOURCE, "keras")
    assert (metrics.line_ratio, metrics.comments, metrics.comments_kept, metrics.extra_transposes) == (1, 3, 1, 0)


def test_lost_comments_are_named() -> None:
    metrics = compare(SOURCE, SOURCE.replace("    # channels last\n", ""), "keras")
    assert metrics.comments_lost == ("channels last",)
    assert metrics.comments_kept == pytest.approx(2 / 3)


def test_an_appended_note_keeps_a_comment() -> None:
    assert compare(SOURCE, SOURCE.replace("channels last", "channels last (source order)"), "keras").comments_kept == 1


def test_a_comment_in_a_string_is_none() -> None:
    assert comments("x = '# no'  # yes\n") == ["yes"]


@pytest.mark.parametrize("code, number", [("x.permute(1, 0)", 1), ("x.T @ y", 1), ("ops.transpose(x)", 1), ("x + 1", 0),
                                          ("rearrange(x, 'a b -> b a')", 1), ("T", 0)])
def test_transposes(code: str, number: int) -> None:
    import ast

    assert transposes(ast.parse(code)) == number


def test_extra_transposes() -> None:
    output = SOURCE.replace("x.permute(0, 2, 1).relu()", "ops.transpose(ops.relu(ops.transpose(x, (0, 2, 1))))")
    assert compare(SOURCE, output, "keras").extra_transposes == 1


def test_adapters_are_counted_apart() -> None:
    adapter = "@decorated\nclass PaddedConv2D:\n    rank = 2\n\n\n"
    output = SOURCE.replace("def f", adapter + "def f")
    metrics = compare(SOURCE, output, "keras")
    assert (metrics.adapter_lines, metrics.line_ratio) == (5, 1)


@pytest.mark.parametrize("code, left", [("x.size(0)", 1), ("f(x).cpu().numpy()", 2), ("self.norm(x)", 0), ("x.sum()", 0),
                                        ("import keras\nkeras.ops.floor(x)", 0),
                                        ("import tensorflow as tf\ntf.nn.relu(x)", 0), ("def size(self): ...\nx.size()", 0)])
def test_methods_of_the_sources_tensors_are_left_over(code: str, left: int) -> None:
    assert len(list(leftovers(ast.parse(code), "keras"))) == left
