"""`tensorglot convert CKPT`: a checkpoint of the source as one of the target, or back."""

from __future__ import annotations

import sys
from argparse import Namespace

from tensorglot.api import make_example
from tensorglot.diagnostics import TensorglotError
from tensorglot.report.terminal import Terminal

#: Endings of checkpoints that are read and written.
FORMATS = (".pt", ".pth", ".safetensors", ".weights.h5", ".keras")


def run(options: Namespace) -> int:
    """Runs the command; returns 0. Raises `TensorglotError` where the checkpoint can't be converted."""
    _check(options)
    from tensorglot.weights.convert import convert

    terminal = Terminal(sys.stderr)
    model, inputs = options.examples[0] if options.examples else (None, [])
    inputs = make_example(model, inputs).inputs if model is not None else []
    if model is not None:
        terminal.say(f"runs in a child process, to derive a plan: {options.src}, {options.dst}, {model}", "dim")
    with terminal.progress() as progress:
        progress(f"converting {options.checkpoint}")
        report = convert(options.checkpoint, options.output, plan=options.plan, src=options.src, dst=options.dst,
                         model=model, inputs=inputs, key=options.key)
    terminal.say(f"{report}; written: {options.output}", "bold")
    return 0


def _check(options: Namespace) -> None:
    derived = [options.src, options.dst, options.examples]
    if options.plan is None and not all(derived):
        raise _wrong("a plan is needed, or what it is derived from", "give --plan, or --from, --to and --model")
    if options.plan is not None and (options.src or options.dst):
        raise _wrong("--plan and --from/--to exclude each other", "give one of them")
    if options.examples and len(options.examples) > 1:
        raise _wrong("convert takes one --model", "convert one checkpoint at a time")
    for path in filter(None, (options.checkpoint, options.plan, options.src, options.dst)):
        if not path.exists():
            raise TensorglotError(f"{path} does not exist", code="TG001", path=str(path), remedy="Check the path.")
    if not options.output.name.endswith(FORMATS):
        raise _wrong(f"{options.output} is no kind of checkpoint that is written", f"known: {', '.join(FORMATS)}")
    if options.output.exists() and options.output.samefile(options.checkpoint):
        raise TensorglotError(f"{options.output} is the checkpoint itself", code="TG003", remedy="give another -o")
    if options.output.exists() and not options.force:
        raise TensorglotError(f"{options.output} exists", code="TG003", remedy="give another -o, or --force")


def _wrong(message: str, remedy: str) -> TensorglotError:
    return TensorglotError(message, code="TG002", remedy=remedy)
