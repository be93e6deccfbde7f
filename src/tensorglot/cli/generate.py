"""`tensorglot generate PIVOT.json`: code from a saved pivot; the source framework is not needed."""

from __future__ import annotations

import sys
from argparse import Namespace

from tensorglot import api
from tensorglot.cli.migrate import finish
from tensorglot.diagnostics import Sink, TensorglotError
from tensorglot.report.terminal import Terminal
from tensorglot.source import output


def run(options: Namespace) -> int:
    """Runs the command; returns the exit code."""
    from tensorglot import pipeline
    from tensorglot.pivot import json, validate

    try:
        text = options.pivot.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise TensorglotError(f"{options.pivot} is not UTF-8", code="TG001", path=str(options.pivot),
                              remedy="make the file with `tensorglot inspect PATH --format json`") from None
    except OSError as error:
        raise TensorglotError(f"{options.pivot} can't be read: {error.strerror}", code="TG001",
                              path=str(options.pivot), remedy="Check the path.") from None
    program = json.loads(text)
    validate.check(program)
    _check(options, len(program.files))
    sink = Sink()
    result = pipeline.generate(program, to=options.to, layout=options.layout, faithful_init=options.faithful_init,
                               exact_training=options.exact_training, sink=sink)
    kept, silenced = api.silence(dict.fromkeys([*result.diagnostics, *sink.items]))
    migration = api.Migration(result.files, kept, result.pivot, result.plan, result.facts, result.stats,
                              result.interface, result.examples, silenced, program.source, options.to)
    return finish(options, migration, [options.pivot], [], Terminal(sys.stderr))


def _check(options: Namespace, files: int) -> None:
    if options.output is None and files > 1:
        raise TensorglotError(f"the pivot has {files} files, which can't be written to standard output", code="TG002",
                              remedy="give -o FOLDER")
    if options.output is not None:
        output.check(options.output, force=options.force, sources=[options.pivot])
    if options.report is not None:
        output.check_report(options.report)
