"""The child's side of a run: limits first, then the framework and the project; results as one JSON object a line.

Lines are objects with one key: ``doing`` (the step that begins, so that a killed child can be explained), ``run``,
``example``, ``error`` and, at the end, ``done``.
"""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any, TextIO

from . import sandbox


class Output:
    """Writes result lines to a file of its own: what the project prints never mixes with them."""

    def __init__(self, stream: TextIO):
        self.stream = stream

    def line(self, **fields: Any) -> None:
        """Writes and flushes one line."""
        self.stream.write(json.dumps(fields, separators=(",", ":")) + "\n")
        self.stream.flush()


def main(session: str, request_path: str, out_path: str) -> None:
    """Reads the request, applies the limits, and only then imports the module `session`, whose `Session` imports the
    framework and carries the request out."""
    request = json.loads(Path(request_path).read_text("utf-8"))
    limits = request["limits"]
    sandbox.cut_network()
    sandbox.limit_memory(limits["memory"])
    sandbox.limit_cpu(int(limits["wall"]) + 30)
    with open(out_path, "w", encoding="utf-8") as stream:
        output = Output(stream)
        output.line(doing="import of the framework")
        importlib.import_module(session).Session(request, output.line).run()
        output.line(done=True)
        stream.flush()
        # Threads or exit handlers of the project must not delay or change the end.
        os._exit(0)
