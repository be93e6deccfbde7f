"""Facts: the program is run on examples in a child process, and a tape of what it did comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from .child import Limits, run_child
from .inputs import InputSpec, materialise, parse_input, resized, with_batch
from .tape import Example, Tape

__all__ = ["Example", "InputSpec", "Limits", "Tape", "collect", "describe", "materialise", "parse_input", "resized",
           "with_batch"]


def collect(root: Path, modules: list[str], examples: list[Example], *, limits: Limits | None = None,
            framework: str | None = None, progress: Callable[[str], None] | None = None) -> Tape:
    """Runs the examples (or searches some, if there are none) and returns the tape.

    `root` is the folder that holds the root package or the file; `modules` are the dotted names to run. Failures of
    the project are on the tape (`Tape.errors`, `Tape.examples`); a malformed input specification raises
    `TensorglotError` (TG002).
    """
    for example in examples:
        for text in example.inputs:
            parse_input(text)
    request = {"root": str(Path(root).resolve()), "modules": list(modules), "examples": [asdict(e) for e in examples]}
    return run_child(framework, request, limits or Limits(), progress)


def describe(root: Path, modules: list[str], examples: list[Example], *, limits: Limits | None = None) -> str:
    """What `collect` is about to execute, for the user to read before it does."""
    limits = limits or Limits()
    lines = [f"executing in a child process: import of {', '.join(modules)} from {root}"]
    lines += [f"  {e.module}: {e.model}({', '.join(e.inputs)})" for e in examples]
    if not examples:
        lines.append("  then examples found in the code: __main__ blocks, tests, docstrings, factories and classes")
    lines.append(f"  no network, no accelerator, temporary working directory, at most {limits.wall:g} s and "
                 f"{limits.memory / 2**30:g} GiB")
    return "\n".join(lines)
