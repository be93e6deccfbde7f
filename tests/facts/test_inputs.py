"""Input specifications: text form, errors, drawn values."""

import numpy as np
import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.facts.inputs import materialise, parse_input, resized, with_batch

TEXTS = ["float32[2,3,32,32]", "int64[2,16]<100", "float32[2,3]:0..1", "mask=bool[2,5]", "None", "3", "-0.5", "True",
         "'text'", "[float32[2,3], None]", "(int64[2],)", "{'a': bool[2], 'b': 1}", "@a/b.py:f", "x=@b.py:f",
         "float32[]", "int8[3]:1..5", "complex64[2]", "state=(float32[1,2,8], float32[1,2,8])"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_form_is_lossless(text):
    spec = parse_input(text)
    assert str(spec) == text
    assert parse_input(str(spec)) == spec


BAD = {"": "empty", "float33[2]": "unknown dtype 'float33'", "float32[2,": "a dimension",
       "float32[2]<3": "':low..high'", "float32[2] x": "unexpected 'x'", "int64[2]:5..1": "empty range",
       "abc": "unknown dtype", "float32[a]": "dimension", "float32[-1]": "dimension",
       "'abc": "string without an end", "@foo": "@file.py:function",
       "[float32[2]": "expected ','", "float32[99999,99999,9]": "too many", "bool[2]:0..1": "takes no range",
       "float32": "expected '['", "int64[2]<x": "whole number", "--3": "expected a number"}


@pytest.mark.parametrize("text", BAD)
def test_errors_name_the_cause(text):
    with pytest.raises(TensorglotError) as caught:
        parse_input(text)
    assert BAD[text] in str(caught.value)
    assert caught.value.diagnostic.code == "TG002"
    assert "float32[2,3,32,32]" in caught.value.diagnostic.remedy


def test_values_follow_the_specification():
    tokens = materialise(parse_input("int64[50,50]<100"), 1)
    assert tokens.dtype == np.int64 and tokens.min() >= 0 and 90 < tokens.max() < 100
    image = materialise(parse_input("float32[4,3]:0..1"), 1)
    assert image.dtype == np.float32 and image.min() >= 0 and image.max() < 1
    assert materialise(parse_input("bool[2,5]"), 0).dtype == bool
    assert materialise(parse_input("float32[]"), 0).shape == ()
    parts = materialise(parse_input("[float32[2], None, {'k': 3}]"), 0)
    assert parts[0].shape == (2,) and parts[1:] == [None, {"k": 3}]


def test_equal_seeds_give_equal_values():
    spec = parse_input("float32[8]")
    np.testing.assert_array_equal(materialise(spec, 3), materialise(spec, 3))
    assert not np.array_equal(materialise(spec, 3), materialise(spec, 4))


def test_function_of_a_file(tmp_path):
    (tmp_path / "data.py").write_text("def make():\n    return [1, 2]\n")
    assert materialise(parse_input(f"@{tmp_path / 'data.py'}:make"), 0) == [1, 2]
    with pytest.raises(TensorglotError, match="defines no function 'other'"):
        materialise(parse_input(f"@{tmp_path / 'data.py'}:other"), 0)
    with pytest.raises(TensorglotError, match="no such file"):
        materialise(parse_input("@nowhere.py:make"), 0)


def test_other_sizes():
    spec = parse_input("x=(float32[2,3,8,8], int64[2,4]<9, 5)")
    assert str(with_batch(spec, 7)) == "x=(float32[7,3,8,8], int64[7,4]<9, 5)"
    assert str(resized(parse_input("float32[2,3,8,8]"), -1, 16)) == "float32[2,3,8,16]"
    with pytest.raises(IndexError):
        resized(parse_input("float32[2]"), 3, 1)
