"""The `tensorglot` command.

Nothing heavy is imported before it is needed: `tensorglot --version` and `--help` answer at once.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from tensorglot.diagnostics import Diagnostic, TensorglotError

#: Exit codes: all migrated; written, but marked or not verified; nothing written.
DONE, MARKED, FAILED = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    debug = "--debug" in arguments
    # Long sums and `else if` chains nest a syntax tree deeper than Python's own limit of 1000 lets us walk it.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))
    try:
        signal.signal(signal.SIGTERM, _terminate)
    except ValueError:  # not in the main thread
        pass
    try:
        from tensorglot.cli.parser import parse

        options = parse(arguments)
        return int(options.command(options))
    except TensorglotError as error:
        if debug:
            raise
        return _fail(error.diagnostic)
    except KeyboardInterrupt:
        return _fail(Diagnostic("TG000", "error", "interrupted"), 130)
    except BrokenPipeError:
        # The reader of our output has gone; what is left unwritten must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if debug:
            raise
        return _fail(Diagnostic("TG000", "error", f"internal fault: {type(error).__name__}: {error}",
                                "run again with --debug for the traceback, and report it"))


def _fail(diagnostic: Diagnostic, code: int = FAILED) -> int:
    from tensorglot.report.terminal import Terminal

    Terminal(sys.stderr).diagnostic(diagnostic)
    return code


def _terminate(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)
