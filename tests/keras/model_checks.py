"""Run as a script in a child process: what one can do with a Keras model, done with migrated ones.

`python model_checks.py use|reload FOLDER`: FOLDER/models.json lists the models. `use` writes FOLDER/use.json: for
every model, check → "" or what went wrong; and leaves the saved models behind. `reload`, in a process that only
imports the migrated files, loads those (FOLDER/reload.json).
"""

import contextlib
import importlib
import io
import json
import sys
import traceback
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

TOLERANCE = 1e-5


def inputs_of(spec, batch, seed=0):
    """Numpy arrays; an input is [dtype, shape without batch axis, upper limit of integers]."""
    draw = np.random.default_rng(seed)
    return [draw.random((batch, *shape), "float32") if dtype == "float32" else
            draw.integers(0, limit, (batch, *shape)).astype(dtype) for dtype, shape, limit in spec["inputs"]]


def arrays(outputs):
    """The tensors of an output structure as arrays."""
    return [np.asarray(keras.ops.convert_to_numpy(t)) for t in tf.nest.flatten(outputs) if t is not None]


def same(first, second):
    first, second = arrays(first), arrays(second)
    assert len(first) == len(second), f"{len(first)} outputs, then {len(second)}"
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=TOLERANCE * max(1.0, np.abs(a).max()))


class Use:
    """The checks of one model; each method is one."""

    def __init__(self, spec, folder):
        self.spec, self.folder = spec, folder
        self.module = importlib.import_module(spec["module"])
        self.inputs = inputs_of(spec, 2)
        self.model = self.build()
        self.expected = self.model(*self.inputs)

    def build(self):
        keras.utils.set_random_seed(1)
        return eval(self.spec["model"], vars(self.module))

    def summary(self):
        lines = []
        self.model.summary(print_fn=lambda line, *_, **__: lines.append(line))
        assert isinstance(self.model, keras.Model)
        assert self.model.count_params() > 0
        assert "Trainable params" in "".join(lines)
        with contextlib.redirect_stdout(io.StringIO()):
            self.model.summary(expand_nested=True)

    def any_batch_size(self):
        for batch in (1, 5):
            more = inputs_of(self.spec, batch)
            parts = [self.model(*[x[i:i + 1] for x in more]) for i in range(batch)]
            joined = [np.concatenate(p) for p in zip(*[arrays(p) for p in parts], strict=True)]
            same(joined, self.model(*more))

    def function_of_unknown_batch(self):
        signature = [tf.TensorSpec((None, *shape), dtype) for dtype, shape, _ in self.spec["inputs"]]
        run = tf.function(lambda *x: self.model(*x), input_signature=signature)
        same(self.expected, run(*self.inputs))
        assert arrays(run(*inputs_of(self.spec, 5)))[0].shape[0] == 5

    def compiled_by_xla(self):
        run = tf.function(lambda *x: self.model(*x), jit_compile=True)
        same(self.expected, run(*self.inputs))

    def weights_file(self):
        path = self.folder / f"{self.spec['name']}.weights.h5"
        self.model.save_weights(path)
        other = self.build()
        other(*self.inputs)
        for variable in other.weights:
            variable.assign(keras.ops.zeros_like(variable))
        other.load_weights(path)
        same(self.expected, other(*self.inputs))

    def keras_file(self):
        path = self.folder / f"{self.spec['name']}.keras"
        self.model.save(path)
        np.savez(self.folder / f"{self.spec['name']}.npz", *arrays(self.expected))
        loaded = keras.saving.load_model(path)
        assert type(loaded) is type(self.model)
        same(self.expected, loaded(*self.inputs))

    def functional(self):
        inner = self.build()
        given = [keras.Input(tuple(shape), dtype=dtype) for dtype, shape, _ in self.spec["inputs"]]
        outer = keras.Model(given, tf.nest.flatten(inner(*given))[0])
        same(arrays(inner(*self.inputs))[0], outer(self.inputs))
        assert outer.count_params() == self.model.count_params()
        self.train(outer)

    def fit(self):
        self.train(self.build())

    def train(self, model):
        inputs = inputs_of(self.spec, 4)
        given = inputs[0] if len(inputs) == 1 else inputs
        outputs = model(given)
        before = [np.asarray(v) for v in model.trainable_variables]
        flat = tf.nest.flatten(outputs)
        none = any(t is None for t in flat)
        targets = tf.nest.map_structure(lambda t: np.zeros(t.shape, "float32"),
                                        [t for t in flat if t is not None] if none else outputs)
        losses = [None if t is None else "mse" for t in flat]
        model.compile(optimizer=keras.optimizers.SGD(1e-3),
                      loss=losses if none else tf.nest.map_structure(lambda t: "mse", targets))
        history = model.fit(given, targets, batch_size=2, epochs=2, verbose=0)  # oneDNN crashes on batches of one
        assert np.isfinite(history.history["loss"]).all()
        changed = [not np.array_equal(a, np.asarray(v))
                   for a, v in zip(before, model.trainable_variables, strict=True)]
        assert sum(changed) >= len(changed) // 2, "training changes few weights"
        if not none:  # predict joins tensors only
            model.predict(given, verbose=0)


CHECKS = [name for name in vars(Use) if not name.startswith("_") and name not in ("build", "train")]


def attempt(function):
    """"" or how it failed."""
    try:
        function()
    except Exception:
        return traceback.format_exc(limit=-4)[-3000:]
    return ""


def use(spec, folder):
    try:
        checks = Use(spec, folder)
    except Exception:
        return dict.fromkeys(CHECKS, traceback.format_exc(limit=-4)[-3000:])
    return {name: attempt(getattr(checks, name)) for name in spec.get("checks", CHECKS)}


def reload(spec, folder):
    def check():
        importlib.import_module(spec["module"])
        model = keras.saving.load_model(folder / f"{spec['name']}.keras")
        stored = np.load(folder / f"{spec['name']}.npz")
        same([stored[k] for k in stored.files], model(*inputs_of(spec, 2)))
    return {"reloaded": attempt(check)}


if __name__ == "__main__":
    task, folder = {"use": use, "reload": reload}[sys.argv[1]], Path(sys.argv[2])
    sys.path.insert(0, str(folder))
    results = {spec["name"]: task(spec, folder) for spec in json.loads((folder / "models.json").read_text())}
    (folder / f"{sys.argv[1]}.json").write_text(json.dumps(results, indent=1))
