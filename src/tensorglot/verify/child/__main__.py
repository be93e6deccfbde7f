"""Child process: reads requests as JSON lines from standard input, answers each with one JSON line.

Whatever the user's code prints goes to standard error.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

from tensorglot.facts.runner import sandbox
from tensorglot.verify.cases import Request

#: Address space in bytes; both frameworks reserve several times what they use.
_MEMORY = 24 * 2**30


def main() -> None:
    """Answers requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    ready = False
    for line in sys.stdin:
        message = json.loads(line)
        if not ready:
            _prepare(message["dtype"])
            ready = True
        answers.write(json.dumps(_answer(message["task"], Request.from_json(message["request"]))) + "\n")
        answers.flush()
        gc.collect()  # models are cyclic and large


def _answer(task: str, request: Request) -> dict[str, Any]:
    from tensorglot.verify.child import check

    if task == "instantiate":
        return check.instantiate_request(request)
    return check.verify_request(request).to_json()


def _prepare(dtype: str) -> None:
    """Sets limits and imports the frameworks once; the dtype must be set before any Keras layer exists."""
    sandbox.limit_memory(_MEMORY)
    sandbox.cut_network()  # before threads exist: the system may refuse it then
    import keras
    import torch

    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    keras.config.set_floatx(dtype)
    torch.set_num_threads(1)
    define_missing_ops()


if __name__ == "__main__":
    main()
