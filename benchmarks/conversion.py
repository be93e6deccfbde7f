"""Checkpoint conversion against a plain copy of the file.

`python -m benchmarks.conversion NAME` prints one JSON object. The plan is derived beforehand in a process of its own
(`prepare NAME`); what is measured is the conversion by that plan, which needs no framework.
"""

from __future__ import annotations

import json
import resource
import runpy
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from .child import WORK, measure, peak_memory
from .speed import source_path

#: Configurations of `examples/torch/gpt.py`.
SIZES = {
    "GPT, 25M": {"vocab_size": 8192, "block_size": 256, "n_layer": 6, "n_head": 8, "n_embd": 512},
    "GPT-2, 124M": {"vocab_size": 50257, "block_size": 1024, "n_layer": 12, "n_head": 12, "n_embd": 768},
}


def files(name: str) -> tuple[Path, Path, Path]:
    """The checkpoint, the plan and the converted checkpoint."""
    stem = WORK / "checkpoints" / name.replace(" ", "").replace(",", "_")
    return stem.with_suffix(".safetensors"), stem.with_suffix(".plan.json"), stem.with_suffix(".weights.h5")


def prepare(name: str) -> dict[str, Any]:
    """Writes the checkpoint of a network, and the plan for this checkpoint."""
    import numpy as np
    from safetensors.torch import save_file

    import tensorglot
    from tensorglot.verify.child.load import Namespace
    from tensorglot.weights.instantiate import instantiate

    checkpoint, plan_file, _ = files(name)
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    path = source_path("examples/torch/gpt.py")
    example = runpy.run_path(str(path), run_name="gpt")
    source = example["GPT"](example["GPTConfig"](**SIZES[name]))
    migration = tensorglot.migrate(path, to="keras", model="GPT(GPTConfig())", inputs=["int64[2,16]<256"])
    migration.save(WORK / "migrated" / "gpt.py", force=True)
    sizes = ", ".join(f"{key}={value}" for key, value in SIZES[name].items())
    target = Namespace(str(WORK / "migrated"), "gpt").build(f"GPT(GPTConfig({sizes}))")
    target(np.zeros((1, 4), "int64"))
    plan = migration.weight_plan | {"tensors": instantiate(source, target, migration.weight_plan)}
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    tensors = {key: value.contiguous().clone() for key, value in source.state_dict().items()}
    save_file(tensors, checkpoint)
    return {"largest": max(value.numel() * value.element_size() for value in tensors.values())}


def compare(name: str) -> dict[str, Any]:
    """Seconds of the conversion and of a copy, best of three, and the peak memory of this process in bytes."""
    prepared = measure("conversion", "prepare", name)
    if "error" in prepared:
        return prepared
    from tensorglot.weights.convert import convert

    checkpoint, plan, out = files(name)
    copy = out.with_suffix(".copy")
    copies, conversions = [], []
    for _ in range(3):
        copies.append(_seconds(lambda: shutil.copyfile(checkpoint, copy)))
        out.unlink(missing_ok=True)
        conversions.append(_seconds(lambda: convert(checkpoint, out, plan=plan)))
    copy.unlink()
    return {"bytes": checkpoint.stat().st_size, "copy": min(copies), "seconds": min(conversions),
            "memory": peak_memory(resource.RUSAGE_SELF), **prepared}


def _seconds(action: Any) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(prepare(sys.argv[2]) if sys.argv[1] == "prepare" else compare(sys.argv[1])))
