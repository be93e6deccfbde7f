"""Speed of migration: static in lines a second, with facts in seconds a model.

`python -m benchmarks.speed static|facts NAME` prints one JSON object.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from pathlib import Path

import tensorglot

from .child import ROOT, peak_memory

EXAMPLES = ROOT / "examples" / "torch"

#: What is migrated with facts: file, model, input.
MODELS = {
    "ResNet-50": ("torchvision/models/resnet.py", "resnet50()", "float32[2,3,224,224]"),
    "GPT-2 (124M)": ("examples/torch/gpt.py",
                     "GPT(GPTConfig(vocab_size=50257, block_size=1024, n_layer=12, n_head=12, n_embd=768))",
                     "int64[2,1024]<50257"),
}


def source_path(name: str) -> Path:
    """A path of this repository, or of an installed package."""
    if (ROOT / name).exists():
        return ROOT / name
    spec = importlib.util.find_spec(name.split("/")[0])
    if spec is None or spec.origin is None:
        raise FileNotFoundError(name)
    return Path(spec.origin).parent.parent / name


def static(name: str) -> dict[str, float]:
    """Static migration of a file or folder: seconds of processor time, and lines a second (blank ones included)."""
    path = source_path(name)
    # a first small migration loads the catalog, which is no part of the rate
    tensorglot.migrate("import torch\n\ny = torch.zeros(2)\n", to="keras", run=False)
    start = time.process_time()  # one thread: what a quiet machine would take
    migration = tensorglot.migrate(path, to="keras", run=False)
    seconds = time.process_time() - start
    files = migration.pivot.files.values()  # those that the given ones import from their package are migrated, too
    lines = sum(len(file.text.splitlines()) for file in files)
    return {"files": len(files), "lines": lines, "seconds": seconds, "rate": lines / seconds}


def with_facts(name: str) -> dict[str, float]:
    """Migration with facts: seconds, and the largest memory of this process and of its children in bytes."""
    path, model, spec = MODELS[name]
    start = time.perf_counter()
    migration = tensorglot.migrate(source_path(path), to="keras", model=model, inputs=[spec])
    return {"seconds": time.perf_counter() - start, "memory": peak_memory(resource.RUSAGE_SELF),
            "child_memory": peak_memory(resource.RUSAGE_CHILDREN),
            "errors": sum(d.severity == "error" for d in migration.diagnostics)}


if __name__ == "__main__":
    print(json.dumps({"static": static, "facts": with_facts}[sys.argv[1]](sys.argv[2])))
