"""Rearrangements of one tensor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights import steps as st


@pytest.mark.parametrize(("a", "b", "shape", "expected"), [
    ("O I S*", "S* I O", (7, 5, 3, 2), (3, 2, 5, 7)),
    ("O I", "I O", (4, 3), (3, 4)),
    ("C", "1 1 C", (4,), (1, 1, 4)),
    ("1 C 1 1", "C", (1, 4, 1, 1), (4,)),
    ("O", "O", (6,), (6,)),
])
def test_align(a, b, shape, expected):
    steps = st.align(a.split(), b.split(), shape)
    array = np.arange(np.prod(shape)).reshape(shape)
    there = st.apply(steps, array)
    assert there.shape == expected == st.result_shape(steps, shape)
    assert np.array_equal(st.apply(st.invert(steps, shape), there), array)


def test_align_values():
    array = np.random.default_rng(0).standard_normal((7, 5, 3, 2))
    assert np.array_equal(st.apply(st.align("O I S*".split(), "S* I O".split(), array.shape), array),
                          array.transpose(2, 3, 1, 0))


@pytest.mark.parametrize(("a", "b", "shape"), [("O I", "I O", (3,)), ("O I", "I O", (3, 2, 1)), ("O I", "O J", (3, 2))])
def test_align_refuses(a, b, shape):
    with pytest.raises(ValueError, match="axes"):
        st.align(a.split(), b.split(), shape)


@given(some.permutations(range(3)), some.lists(some.integers(1, 4), min_size=3, max_size=3), some.integers(0, 1))
def test_regroup_is_undone(order, sizes, axis):
    shape = (2, int(np.prod(sizes)), 3)[1 - axis:][:2]
    array = np.arange(np.prod(shape)).reshape(shape)
    steps = st.regroup(shape, axis, sizes, order)
    assert np.array_equal(st.apply(st.invert(steps, shape), st.apply(steps, array)), array)


def test_regroup_orders_rows_of_a_feature_map():
    feature = np.arange(24).reshape(1, 2, 3, 4)  # N C H W
    flat = st.apply(st.regroup((1, 24), 1, [2, 3, 4], [1, 2, 0]), feature.reshape(1, 24))
    assert np.array_equal(flat, feature.transpose(0, 2, 3, 1).reshape(1, 24))


@pytest.mark.parametrize(("seen", "actual", "sizes"), [
    ([512, 7, 7], 25088, [512, 7, 7]),  # as seen
    ([512, 7, 7], 12544, [256, 7, 7]),  # half the channels
    ([256, 6, 6], 256 * 13 * 13, [256, 13, 13]),  # a larger image
    ([7, 4, 6], 7 * 6 * 9, [7, 6, 9]),  # the aspect is kept
    ([5, 10], 35, [5, 7]),  # a sequence; 35 is no multiple of 10
])
def test_scale_map(seen, actual, sizes):
    assert st.scale_map(seen, actual, "fc.weight") == sizes


@pytest.mark.parametrize(("seen", "actual", "reason"), [
    ([16, 5, 5], 1600, "channels or its extents"),  # 64 x 5 x 5 or 16 x 10 x 10
    ([16, 5, 5], 123, "no scaling"),
])
def test_scale_map_refuses_to_guess(seen, actual, reason):
    with pytest.raises(TensorglotError, match="fc.weight.*" + reason) as caught:
        st.scale_map(seen, actual, "fc.weight")
    assert caught.value.diagnostic.code == "TG041" and "rows" in caught.value.diagnostic.remedy


@given(some.permutations(range(3)), some.lists(some.sampled_from([1, 2, 127, 130]), min_size=3, max_size=3))
@settings(deadline=None)
def test_packed(order, shape):
    array = np.arange(np.prod(shape)).reshape(shape).transpose(order)
    assert np.array_equal(st.packed(array), array) and st.packed(array).flags.c_contiguous
