"""Migrated models are Keras models: what Keras offers works on them."""

import pytest
from migrated_models import MODELS

#: Keras trains a model on its first input and on tensors only; these are trained through a functional model.
_NOT_FIT = {"seq2seq": "two positional inputs", "gpt": "one of the outputs is None"}
CHECKS = ["summary", "any_batch_size", "function_of_unknown_batch", "compiled_by_xla", "weights_file", "keras_file",
          "reloaded", "functional", "fit"]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", [model[0] for model in MODELS])
def test_works(used: dict[str, dict[str, str]], name: str, check: str) -> None:
    if check == "fit" and name in _NOT_FIT:
        pytest.skip(_NOT_FIT[name])
    assert used[name][check] == ""
