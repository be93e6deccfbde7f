"""`tensorglot inspect`: the pivot model as text, data or pictures."""

from __future__ import annotations

import sys
from argparse import Namespace

from tensorglot import api
from tensorglot.cli import DONE, MARKED, common
from tensorglot.diagnostics import Sink, TensorglotError
from tensorglot.report.terminal import Terminal
from tensorglot.source import output


def run(options: Namespace) -> int:
    """Runs the command; returns 0, or 1 where spots are marked."""
    from tensorglot import pipeline
    from tensorglot.pivot import diagram, json, notes, text
    from tensorglot.pivot.nodes import Program

    terminal = Terminal(sys.stderr)
    source = common.read_source(options.paths)
    given = common.examples(options, source)
    if options.output is not None:
        _check_output(options, source)
    execute = options.after != "lift" and not options.no_run
    announce = common.announcer(terminal, not options.no_run)
    sink = Sink()
    with terminal.progress() as progress, common.relocating(source), api.reading(source) as (readable, _):
        if execute:
            announce(api.description(readable, given))
        program = pipeline.inspect_project(readable, after=options.after, to=options.to or "keras", examples=given,
                                           source=options.source, run=execute,
                                           layout=options.layout, sink=sink, progress=progress)
    def as_text(program: Program) -> str:
        parts = [text.render(program)]
        if options.after != "lift":
            parts.append(notes.facts(program))
        if options.after in ("infer", "stage", "lower"):
            parts.append(notes.layouts(program))
        return "\n".join(parts)

    render = {"text": as_text, "json": json.dumps, "mermaid": diagram.mermaid, "svg": diagram.svg}[options.format]
    shown = render(program)
    if options.output is not None:
        output.write_one(options.output, shown)
    else:
        sys.stdout.write(shown)
    common.show(terminal, [common.relocated(d, source) for d in sink.items])
    return MARKED if any(d.severity == "error" for d in sink.items) else DONE


def _check_output(options: Namespace, source: object) -> None:
    if options.output.is_dir():
        raise TensorglotError(f"{options.output} is a folder", code="TG003", remedy="give a file name to -o")
    sources = source if isinstance(source, list) else []
    if any(options.output.resolve() == path.resolve() for path in sources):
        raise TensorglotError(f"{options.output} is the source itself", code="TG003", remedy="give another -o")
    if options.output.exists() and not options.force:
        raise TensorglotError(f"{options.output} exists", code="TG003", remedy="give another -o, or --force")
