"""Embedding adapters against torch."""

import numpy as np
import pytest
import torch
from keras import layers
from paired import compare_layers, to_numpy

from tensorglot.frameworks.keras.adapters.EmbeddingBag import EmbeddingBag
from tensorglot.frameworks.keras.adapters.PaddedEmbedding import PaddedEmbedding
from tensorglot.weights.layer_rules import LAYER_RULES

ROWS, SIZE = 7, 4
RULE = LAYER_RULES["embedding"]


@pytest.mark.parametrize("padding_idx", [0, 3, -1, None])
@pytest.mark.parametrize("shape", [(5,), (2, 6)])
def test_padding_row_gets_no_gradient(padding_idx, shape, dtype):
    indices = np.random.default_rng(0).integers(0, ROWS, shape)
    indices.flat[0] = (padding_idx or 0) % ROWS
    compare_layers(torch.nn.Embedding(ROWS, SIZE, padding_idx=padding_idx),
                   PaddedEmbedding(ROWS, SIZE, padding_idx=padding_idx), RULE, [indices], dtype)


def test_padding_row_starts_at_zero():
    layer = PaddedEmbedding(ROWS, SIZE, padding_idx=2)
    layer.build()
    table = to_numpy(layer.embeddings.value)
    assert (table[2] == 0).all() and (np.delete(table, 2, axis=0) != 0).all()
    again = PaddedEmbedding.from_config(layer.get_config())
    assert again.padding_idx == 2


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding_idx", [None, 2])
def test_bag_of_rows(mode, padding_idx, dtype):
    indices = np.array([[0, 2, 5], [2, 2, 2], [1, 1, 6]])
    compare_layers(torch.nn.EmbeddingBag(ROWS, SIZE, mode=mode, padding_idx=padding_idx),
                   EmbeddingBag(ROWS, SIZE, mode=mode, padding_idx=padding_idx), RULE, [indices], dtype)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("include_last_offset", [False, True])
@pytest.mark.parametrize("padding_idx", [None, 2])
def test_bag_with_offsets(mode, include_last_offset, padding_idx, dtype):
    """Bags of 3, 0 and 4 members."""
    indices = np.array([0, 2, 5, 6, 2, 3, 3])
    offsets = np.array([0, 3, 3, 7] if include_last_offset else [0, 3, 3])
    options = dict(mode=mode, include_last_offset=include_last_offset, padding_idx=padding_idx)
    compare_layers(torch.nn.EmbeddingBag(ROWS, SIZE, **options), EmbeddingBag(ROWS, SIZE, **options), RULE,
                   [indices, offsets], dtype)


@pytest.mark.parametrize("shape", [(6,), (2, 3)])
def test_bag_with_weights(shape, dtype):
    rng = np.random.default_rng(0)
    indices, weights = rng.integers(0, ROWS, shape), rng.standard_normal(shape).astype(dtype)
    offsets = np.array([0, 2]) if len(shape) == 1 else None
    compare_layers(torch.nn.EmbeddingBag(ROWS, SIZE, mode="sum"), EmbeddingBag(ROWS, SIZE, mode="sum"), RULE,
                   [indices, offsets, weights], dtype)


@pytest.mark.parametrize("freeze", [True, False])
def test_from_table(freeze):
    """The forms that `nn.Embedding.from_pretrained` becomes."""
    table = np.random.default_rng(0).standard_normal((ROWS, SIZE)).astype("float32")
    indices = np.array([1, 2, 6])
    for layer in (layers.Embedding(table.shape[0], table.shape[1], weights=[table], trainable=not freeze),
                  PaddedEmbedding(table.shape[0], table.shape[1], 2, weights=[table], trainable=not freeze)):
        np.testing.assert_array_equal(to_numpy(layer(indices)), table[indices])
        assert len(layer.trainable_variables) == (not freeze)
