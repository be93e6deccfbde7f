"""Recurrent and attention adapters in models: unknown sizes under `tf.function`, saving, training, other backends."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers
from paired import to_numpy, use_dtype

from tensorglot.frameworks.keras.adapters.cross_entropy import cross_entropy
from tensorglot.frameworks.keras.adapters.ctc_loss import ctc_loss
from tensorglot.frameworks.keras.adapters.EmbeddingBag import EmbeddingBag
from tensorglot.frameworks.keras.adapters.GRU import GRU
from tensorglot.frameworks.keras.adapters.GRUCell import GRUCell
from tensorglot.frameworks.keras.adapters.LSTM import LSTM
from tensorglot.frameworks.keras.adapters.LSTMCell import LSTMCell
from tensorglot.frameworks.keras.adapters.MultiheadAttention import MultiheadAttention
from tensorglot.frameworks.keras.adapters.pack_padded_sequence import pack_padded_sequence
from tensorglot.frameworks.keras.adapters.pad_packed_sequence import pad_packed_sequence
from tensorglot.frameworks.keras.adapters.PaddedEmbedding import PaddedEmbedding
from tensorglot.frameworks.keras.adapters.RNN import RNN
from tensorglot.frameworks.keras.adapters.Transformer import Transformer
from tensorglot.frameworks.keras.adapters.TransformerEncoder import TransformerEncoder
from tensorglot.frameworks.keras.adapters.TransformerEncoderLayer import TransformerEncoderLayer

C, H = 4, 6
tensorflow_only = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="about tf.function")


@pytest.fixture(autouse=True)
def drawn_alike():
    """The same weights in every run of a test."""
    keras.utils.set_random_seed(0)


def recurrent(make):
    return lambda: (lambda layer: lambda x: layer(x)[0])(make())


def attending():
    layer = MultiheadAttention(C, 2)
    return lambda x: layer(x, x, x, key_padding_mask=keras.ops.swapaxes(x[..., 0] > 0.9, 0, 1))[0]


def packed():
    layer = LSTM(H, bidirectional=True)

    def run(x):
        lengths = keras.ops.full((keras.ops.shape(x)[1],), 2)
        return pad_packed_sequence(layer(pack_padded_sequence(x, lengths))[0])[0]

    return run


def translating():
    layer = Transformer(C, 2, 1, 1, 8)
    return lambda x: layer(x, x[:2])


def encoding():
    layer = TransformerEncoder(TransformerEncoderLayer(C, 2, 8), 2)
    return lambda x: layer(x, mask=None)


def stepping(make):
    def build():
        layer = make()
        return lambda x: layer(x[0])

    return build


RUNS = {"lstm": recurrent(lambda: LSTM(H, num_layers=2, bidirectional=True)), "gru": recurrent(lambda: GRU(H)),
        "rnn": recurrent(lambda: RNN(H, nonlinearity="relu")), "projection": recurrent(lambda: LSTM(H, proj_size=3)),
        "batch_first": recurrent(lambda: LSTM(H, batch_first=True)), "packed": packed, "attention": attending,
        "transformer": translating, "encoder": encoding, "lstm_cell": stepping(lambda: LSTMCell(H)),
        "gru_cell": stepping(lambda: GRUCell(H))}


@tensorflow_only
@pytest.mark.parametrize("name", RUNS)
def test_unknown_batch_and_length(name):
    """One trace serves every batch size and length, and gives what eager execution gives."""
    import tensorflow as tf

    run = RUNS[name]()
    run(np.zeros((3, 2, C), "float32"))
    traced = tf.function(run, input_signature=[tf.TensorSpec((None, None, C))])
    for shape in ((3, 2, C), (5, 4, C)):
        x = np.random.default_rng(0).standard_normal(shape).astype("float32")
        for actual, expected in zip(tf.nest.flatten(traced(x)), tf.nest.flatten(run(tf.constant(x))), strict=True):
            np.testing.assert_allclose(to_numpy(actual), to_numpy(expected), atol=1e-6)


@tensorflow_only
@pytest.mark.parametrize("name", ["attention", "encoder", "transformer", "rnn", "projection"])
def test_compiled(name):
    """XLA fuses and reorders sums, so the comparison is made in float64, where rounding cannot hide a fault."""
    import tensorflow as tf

    use_dtype("float64")
    try:
        run = RUNS[name]()
        x = np.random.default_rng(0).standard_normal((3, 2, C))
        run(x)
        np.testing.assert_allclose(to_numpy(tf.function(run, jit_compile=True)(x)), to_numpy(run(x)), rtol=1e-9, atol=1e-12)
    finally:
        use_dtype("float32")


@tensorflow_only
def test_losses_with_unknown_sizes():
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, 5)), tf.TensorSpec((None,), tf.int64)])
    def classes(x, y):
        return cross_entropy(x, y, ignore_index=2, label_smoothing=0.1)

    @tf.function(input_signature=[tf.TensorSpec((None, None, 5)), tf.TensorSpec((None,), tf.int32),
                                  tf.TensorSpec((None,), tf.int32)])
    def sequences(x, y, lengths):
        return ctc_loss(x, y, tf.fill(tf.shape(lengths), tf.shape(x)[0]), lengths)

    x = np.random.default_rng(0).standard_normal((6, 3, 5)).astype("float32")
    assert np.isfinite(classes(x[:, 0], np.array([0, 1, 2, 3, 4, 0])))
    assert np.isfinite(sequences(tf.nn.log_softmax(x), np.array([1, 2, 3, 1]), np.array([1, 2, 1])))


@keras.saving.register_keras_serializable(package="tests")
class Classifier(keras.Model):
    """A model as it is written by the migration: layers in the constructor, tuples taken apart in the call."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.embedding = PaddedEmbedding(20, C, padding_idx=0)
        self.bag = EmbeddingBag(20, C, mode="mean")
        self.lstm = LSTM(C, batch_first=True, num_layers=2, bidirectional=True)
        self.attention = MultiheadAttention(2 * C, 2, batch_first=True)
        self.encoder = TransformerEncoder(TransformerEncoderLayer(2 * C, 2, 8, batch_first=True), 2)
        self.head = layers.Dense(3)

    def call(self, tokens):
        bag = self.bag(tokens)
        x, (h, _) = self.lstm(self.embedding(tokens))
        x, _ = self.attention(x, x, x, key_padding_mask=keras.ops.equal(tokens, 0))
        x = keras.ops.mean(self.encoder(x), axis=1)
        return self.head(keras.ops.concatenate([x, h[-1], bag], axis=-1))


TOKENS = np.random.default_rng(0).integers(1, 20, (6, 5))


@pytest.mark.parametrize("suffix", [".weights.h5", ".keras"])
def test_saved_and_loaded(suffix, tmp_path):
    model = Classifier()
    expected = to_numpy(model(TOKENS))
    path = str(tmp_path / f"model{suffix}")
    if suffix == ".keras":
        model.save(path)
        again = keras.saving.load_model(path)
    else:
        model.save_weights(path)
        again = Classifier()
        again(TOKENS[:1])
        again.load_weights(path)
    np.testing.assert_allclose(to_numpy(again(TOKENS)), expected, atol=1e-6)


def test_fit():
    keras.utils.set_random_seed(0)
    model = Classifier()
    model.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
    labels = np.array([0, 1, 2, 0, 1, 2])
    history = model.fit(TOKENS, labels, batch_size=4, epochs=12, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert model.predict(TOKENS, verbose=0).shape == (6, 3)


#: A few tests that use most adapters; JAX compiles every new operation, so that whole files take minutes there.
SAMPLE = {
    "test_recurrent.py": ["test_stack[float32-True-options5-lstm]", "test_packed[float32-True-True-gru]",
                          "test_projection[float32-options0]", "test_cell[float32-True-batch0-True-rnn_cell]"],
    "test_attention.py": ["test_attention[float32-bool-call0-options6]"],
    "test_embedding.py": ["test_padding_row_gets_no_gradient[float32-shape1-0]",
                          "test_bag_with_offsets[float32-2-False-mean]"],
    "test_loss.py": ["test_classes[float32-0.2-mean-options3-shape2]", "test_probabilities_at_the_ends[float32]",
                     "test_ctc[float32-False-options2-mean]"],
    "test_layers_in_graphs.py": ["test_saved_and_loaded[.keras]"],
}


@tensorflow_only
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_other_backends(backend):
    here = os.path.dirname(os.path.abspath(__file__))
    chosen = [f"{file}::{test}" for file, tests in SAMPLE.items() for test in tests]
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", *chosen], cwd=here, text=True,
                          env={**os.environ, "KERAS_BACKEND": backend}, capture_output=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:]
