"""Programs of examples/torch, lifted with and without a tape."""

from pathlib import Path

from tensorglot import pipeline
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
    return pipeline.lifted([path], source="auto", to="keras", examples=list(examples), run=run, sink=Sink(),
                           progress=lambda text: None)[0]
