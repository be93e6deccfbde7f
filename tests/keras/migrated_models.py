"""Models of `examples/torch`, migrated into a folder and used by `model_checks.py`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import tensorglot

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = Path(__file__).parent / "model_checks.py"

#: name, file, model, tensorglot's inputs, the migrated model's inputs: dtype, shape without batch axis, limit.
MODELS = [
    ("resnet18", "resnet18", "ResNet18(width=8)", ["float32[2,3,32,32]"], [["float32", [32, 32, 3], 0]]),
    ("unet", "unet", "UNet(width=8, depth=3)", ["float32[2,3,32,32]"], [["float32", [32, 32, 3], 0]]),
    ("gpt", "gpt", "GPT(GPTConfig())", ["int64[2,16]<256"], [["int64", [16], 256]]),
    ("vit", "vit", "ViT()", ["float32[2,3,32,32]"], [["float32", [32, 32, 3], 0]]),
    ("vit_einops", "vit_einops", "ViT()", ["float32[2,3,32,32]"], [["float32", [3, 32, 32], 0]]),
    ("lstm", "lstm", "LSTMClassifier(vocab_size=100, embed_dim=16, hidden_dim=8)", ["int64[2,20]<100"],
     [["int64", [20], 100]]),
    ("lstm_sequential", "lstm", "lstm_sequential(vocab_size=100, embed_dim=16, hidden_dim=8)", ["int64[2,20]<100"],
     [["int64", [20], 100]]),
    ("cnn_rnn", "cnn_rnn", "CNNGRU(vocab_size=100, filters=20, hidden_size=12)", ["int64[2,20]<100"],
     [["int64", [20], 100]]),
    ("vae", "vae", "VAE(width=8)", ["float32[2,1,28,28]"], [["float32", [28, 28, 1], 0]]),
    ("seq2seq", "seq2seq", "Seq2Seq()", ["int64[2,9]<40", "int64[2,6]<50"],
     [["int64", [9], 40], ["int64", [6], 50]]),
]

_SMALL = ["float32[2,4]"], [["float32", [4], 0]]
#: Models of `sources/arguments.py`, by constructor arguments: only saved and loaded again.
SAVED = [(name, "arguments", model, *_SMALL) for name, model in [
    ("data class", "Configured(Config(width=3, rates=(1.0, 4.0)))"), ("defaults", "Classes()"),
    ("namespace", "namespace()"), ("partial", "partial_model()"), ("layers", "Composed(Encoder(5), nn.Linear(5, 2))"),
    ("variadic", "Variadic(0.5, 5, 6, bias=False, shift=0.25)"), ("base", "Parent(3)"),
    ("subclass", "Offspring(3.0)"), ("inherited", "Plain(7)"), ("chain class", "Chain(5)"),
    ("chain", "chained()")]]


def run_script(task: str, folder: Path) -> dict[str, dict[str, str]]:
    """The results of `model_checks.py` in a process of its own."""
    env = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1",
           "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run([sys.executable, str(SCRIPT), task, str(folder)], env=env, capture_output=True, text=True,
                          timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / f"{task}.json").read_text())


def prepare(folder: Path, models: list, sources: Path) -> None:
    """Migrates the files of some models into a folder, each file once, and lists the models."""
    files: dict[str, list] = {}
    for model in models:
        files.setdefault(model[1], []).append(model)
    for file, rows in files.items():
        done = tensorglot.migrate(sources / f"{file}.py", to="keras", model=[r[2] for r in rows],
                                  inputs=[r[3] for r in rows])
        assert done.ok, [d.message for d in done.diagnostics]
        done.save(folder / f"{file}.py")
    specs = [{"name": n, "module": f, "model": _in_keras(m), "inputs": i} for n, f, m, _, i in models]
    if models is SAVED:
        specs = [{**spec, "checks": ["keras_file", "weights_file"]} for spec in specs]
    (folder / "models.json").write_text(json.dumps(specs))


def _in_keras(model: str) -> str:
    """The expression of a migrated model; only layers that it names itself differ."""
    return model.replace("nn.Linear(5, 2)", "layers.Dense(2)")
