"""Comparison of arrays and nested outputs."""

import math

import numpy as np
import pytest

from tensorglot.verify import compare


@pytest.mark.parametrize(("a", "b", "error"), [
    ([1.0, 2.0], [1.0, 4.0], 0.5),
    ([0.0], [1e-9], 1e-3),  # the denominator is at least 1e-6
    ([math.nan, 1.0], [math.nan, 1.0], 0.0),
    ([math.nan, 1.0], [1.0, 1.0], math.inf),
    ([-math.inf, 1.0], [math.inf, 1.0], math.inf),
    ([-math.inf, 1.0], [-math.inf, 2.0], 0.5),
    ([], [], 0.0),
    ([1.0], [1.0, 2.0], math.inf),
    ([True, False], [True, True], 1.0),
])
def test_relative_error(a, b, error):
    assert compare.relative_error(np.asarray(a), np.asarray(b))[0] == pytest.approx(error)


def test_outputs_by_structure_and_axes():
    x, y = np.random.default_rng(0).standard_normal((2, 3, 4)), np.arange(3.0)
    ours = {"a": x.transpose(0, 2, 1), "b": [y, None]}
    found = compare.compare_outputs(ours, {"a": x, "b": (y, None)}, [[0, 2, 1], None])
    assert (found.error, found.count) == (0.0, 3)
    assert compare.compare_outputs({"a": x}, {"c": x}, []).error == math.inf
    assert compare.compare_outputs([x], x, []).error == math.inf
    found = compare.compare_outputs([x, y + 1], [x, y], [])
    assert found.tensor == "output[1]" and found.error == pytest.approx(0.5)
    assert compare.compare_outputs([x, y], [x, None], []).error == math.inf


def test_permuted_is_undone():
    x = np.zeros((2, 3, 4))
    assert compare.unpermuted(compare.permuted(x, [0, 2, 1]), [0, 2, 1]).shape == x.shape
    assert compare.permuted(x, None) is x


def test_error_up_to_axes():
    x = np.random.default_rng(0).standard_normal((2, 3, 3))
    assert compare.error_up_to_axes(x.transpose(2, 0, 1), x) == 0.0
    assert compare.error_up_to_axes(x, x[0]) == math.inf
    assert compare.error_up_to_axes(x + 1, x) > 0.1
