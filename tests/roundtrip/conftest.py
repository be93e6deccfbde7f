"""Programs of examples/torch, lifted with and without a tape; each file is run once a session."""

from pathlib import Path

import pytest

from tensorglot import facts, pipeline
from tensorglot.diagnostics import Sink
from tensorglot.facts import Example

EXAMPLES = Path(__file__).parents[2] / "examples" / "torch"

#: Files whose tape the tests need, with a small model each.
TRACED = {
    "tutorial_cnn": Example("tutorial_cnn", "Net()", ["float32[2,3,32,32]"]),
    "shufflenet": Example("shufflenet", "ShuffleNet()", ["float32[2,3,32,32]"]),
    "vit_einops": Example("vit_einops", "ViT()", ["float32[2,3,32,32]"]),
    "gpt": Example("gpt", "GPT(GPTConfig())", ["int64[2,8]<64", "targets=int64[2,8]<64"]),
}


def lifted(path: Path, examples=(), run=False):
    """The program of a file."""
    return pipeline.lifted([path], source="auto", examples=list(examples), run=run, sink=Sink(),
                           progress=lambda text: None)[0]


@pytest.fixture(scope="session")
def traced():
    """Lifted programs with their tapes, by name of the file."""
    pytest.importorskip("torch")
    pytest.importorskip("einops")
    made = {}

    def program(name):
        if name not in made:
            made[name] = lifted(EXAMPLES / f"{name}.py", [TRACED[name]], run=True)
            assert isinstance(made[name].facts.tape, facts.Tape) and all(e["ok"] for e in made[name].facts.tape.examples)
        return made[name]

    return program
