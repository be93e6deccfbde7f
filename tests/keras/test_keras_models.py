"""Migrated models are Keras models: what Keras offers works on them."""

import pytest
from migrated_models import MODELS, SAVED

pytestmark = pytest.mark.slow

#: What Keras itself does not offer.
NOT_OFFERED = {
    ("seq2seq", "fit"): "fit passes one positional input; the model is trained through a functional model",
    ("gpt", "functional"): "the outputs of a layer in a functional model are tensors, not None",
}
CHECKS = ["summary", "any_batch_size", "function_of_unknown_batch", "compiled_by_xla", "weights_file", "keras_file",
          "reloaded", "functional", "fit"]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", [model[0] for model in MODELS])
def test_works(used: dict[str, dict[str, str]], name: str, check: str) -> None:
    if (name, check) in NOT_OFFERED:
        pytest.skip(NOT_OFFERED[name, check])
    assert used[name][check] == ""


@pytest.mark.parametrize("check", ["keras_file", "reloaded", "weights_file"])
@pytest.mark.parametrize("name", [model[0] for model in SAVED])
def test_keeps_its_arguments(saved: dict[str, dict[str, str]], name: str, check: str) -> None:
    assert saved[name][check] == ""
