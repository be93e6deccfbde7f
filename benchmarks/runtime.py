"""Run time of migrated networks against hand-written ports of the same networks, under `tf.function`.

`python -m benchmarks.runtime resnet50|gpt [RUNS]` prints one JSON object. Both networks hold the same weights, get the
same batch and are checked to agree before they are timed; the runs alternate, so that both see the same machine.
"""

from __future__ import annotations

import json
import runpy
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .child import WORK
from .speed import source_path

GPT_SIZES = {"vocab_size": 2048, "block_size": 128, "n_layer": 4, "n_head": 4, "n_embd": 256, "dropout": 0.0}


def migrated(source: Path, example: tuple[str, str], model: str) -> Any:
    """A model built from the migration of a file, which is written below build/bench."""
    import tensorglot
    from tensorglot.verify.child.load import Namespace

    migration = tensorglot.migrate(source, to="keras", model=example[0], inputs=[example[1]])
    out = WORK / "migrated" / source.stem
    single = len(migration.files) == 1
    migration.save(out.with_suffix(".py") if single else out, force=True)
    module = source.stem if single else next(iter(migration.files)).removesuffix(".py").replace("/", ".")
    return Namespace(str(out.parent if single else out), module).build(model)


def resnet50_pair(batch: int = 4) -> tuple[Any, Any, np.ndarray, np.ndarray]:
    """The port, the migrated network, images (N, 224, 224, 3) and labels."""
    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    define_missing_ops()
    from torchvision.models import resnet50 as original

    import tensorglot

    from .ports.resnet50 import resnet50
    from .ports.weights import copy_resnet50

    source = original().eval()
    port = resnet50()
    copy_resnet50(source, port)
    path = source_path("torchvision/models/resnet.py")
    ours = migrated(path, ("resnet50()", "float32[2,3,224,224]"), "resnet50()")
    rng = np.random.default_rng(0)
    images = rng.standard_normal((batch, 224, 224, 3), dtype=np.float32)
    ours(images[:1])
    tensorglot.transfer_weights(source, ours)
    return port, ours, images, rng.integers(0, 1000, batch)


def gpt_pair(batch: int = 4) -> tuple[Any, Any, np.ndarray, np.ndarray]:
    """The port, the migrated network, tokens (N, T) and the tokens to predict."""
    import tensorglot

    from .ports.gpt import GPT
    from .ports.weights import copy_gpt

    path = source_path("examples/torch/gpt.py")
    example = runpy.run_path(str(path), run_name="gpt")
    source = example["GPT"](example["GPTConfig"](**GPT_SIZES)).eval()
    port = GPT(**GPT_SIZES)
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, GPT_SIZES["vocab_size"], (batch, 128))
    port(tokens)
    copy_gpt(source, port)
    sizes = ", ".join(f"{key}={value}" for key, value in GPT_SIZES.items())
    ours = migrated(path, ("GPT(GPTConfig())", "int64[2,16]<256"), f"GPT(GPTConfig({sizes}))")
    ours(tokens)
    tensorglot.transfer_weights(source, ours)
    return port, ours, tokens, rng.integers(0, GPT_SIZES["vocab_size"], (batch, 128))


PAIRS: dict[str, Callable[[], tuple[Any, Any, np.ndarray, np.ndarray]]] = {"resnet50": resnet50_pair, "gpt": gpt_pair}


def logits_of(output: Any) -> Any:
    """The logits, also of networks that return them beside a loss."""
    return output[0] if isinstance(output, (tuple, list)) else output


def inference_step(model: Any) -> Callable[[Any, Any], Any]:
    """A compiled call without dropout."""
    import tensorflow as tf

    return tf.function(lambda x, y: logits_of(model(x, training=False)))


def training_step(model: Any) -> Callable[[Any, Any], Any]:
    """A compiled step of plain gradient descent on the cross entropy."""
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.SGD(1e-4)
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_function(y, logits_of(model(x, training=True)))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    optimizer.build(model.trainable_variables)
    return tf.function(step)


def interleaved(steps: list[Callable[[Any, Any], Any]], x: Any, y: Any, runs: int) -> list[list[float]]:
    """Seconds of every run of every step, the steps taking turns; two runs of each are not counted."""
    seconds: list[list[float]] = [[] for _ in steps]
    for run in range(runs + 2):
        for step, times in zip(steps, seconds, strict=True):
            start = time.perf_counter()
            np.asarray(step(x, y))
            if run >= 2:
                times.append(time.perf_counter() - start)
    return seconds


def compare(name: str, runs: int = 12) -> dict[str, Any]:
    """Medians in seconds, their ratio (migrated / port) and the largest relative difference of the outputs."""
    import tensorflow as tf

    port, ours, x, y = PAIRS[name]()
    inputs, labels = tf.constant(x), tf.constant(y)
    reference, actual = (np.asarray(logits_of(model(inputs, training=False))) for model in (port, ours))
    result: dict[str, Any] = {"model": name, "runs": runs,
                              "difference": float(np.abs(actual - reference).max() / np.abs(reference).max())}
    for kind, make in (("inference", inference_step), ("training", training_step)):
        theirs, own = interleaved([make(port), make(ours)], inputs, labels, runs)
        medians = statistics.median(theirs), statistics.median(own)
        result[kind] = {"port": medians[0], "migrated": medians[1], "ratio": medians[1] / medians[0]}
    return result


if __name__ == "__main__":
    print(json.dumps(compare(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 12)))
