"""Child process: reads requests as JSON lines from standard input, answers each with one JSON line.

Whatever the user's code prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys

from tensorglot.verify.cases import Request


def main() -> None:
    """Answers requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    first = json.loads(sys.stdin.readline())
    _prepare(first)
    from tensorglot.verify.child.check import verify_request

    line: str | None = first["request"]
    while line:
        document = json.loads(line) if isinstance(line, str) else line
        report = verify_request(Request.from_json(document))
        answers.write(json.dumps(report.to_json()) + "\n")
        answers.flush()
        line = sys.stdin.readline().strip()


def _prepare(first: dict[str, object]) -> None:
    """Imports the frameworks once; the dtype must be set before any Keras layer exists."""
    import keras
    import torch

    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    keras.config.set_floatx(str(first["dtype"]))
    torch.set_num_threads(1)
    define_missing_ops()


if __name__ == "__main__":
    main()
