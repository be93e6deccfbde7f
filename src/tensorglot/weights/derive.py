"""Derives a plan's tensors by building both models in a child process."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.plan import Plan

#: Inputs that are tried where none are given: images, sequences of features, tokens, vectors.
COMMON_INPUTS = ("float32[1,3,64,64]", "float32[1,3,224,224]", "float32[1,3,32,32]", "float32[1,1,28,28]",
                 "int64[1,16]<2", "float32[1,3,8,112,112]", "float32[1,784]")

_SECONDS = 600.0


def with_tensors(plan: Plan, src: Any, dst: Any, model: str, inputs: Sequence[str] = ()) -> Plan:
    """The plan with the tensors of one model, ready to be saved: `convert` then needs neither framework's models."""
    with derived(src, dst, model, inputs, plan, False) as (tensors, _):
        return replace(plan, tensors=tensors)


@contextlib.contextmanager
def derived(src: Any, dst: Any, model: str | None, inputs: Sequence[str], plan: Plan,
            shell: bool) -> Iterator[tuple[list[dict[str, Any]], Path | None]]:
    """Tensors of the models that the expression `model` gives in `src` and `dst`, and a `.keras` archive if asked.

    `src` and `dst` are as in `verify`. Raises TG002 where one of the three is missing, TG004 where the source does not
    run, TG041 where the models do not correspond.
    """
    from tensorglot.verify import request_of
    from tensorglot.verify.cases import Case
    from tensorglot.verify.session import ChildLost, Session

    if src is None or dst is None or not model:
        raise TensorglotError("the plan lists no tensors, so both models are needed", code="TG002",
                              remedy="add --from SRC.py --to DST.py --model EXPR")
    with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder, Session("tensorflow", "float32") as session:
        archive = Path(folder) / "model.keras" if shell else None
        problems = []
        for trial in [list(inputs)] if inputs else [[text] for text in COMMON_INPUTS]:
            case = Case(src, dst, model, trial, plan if plan.classes or plan.interface else None)
            case.check()
            request = request_of(case, "float32")
            request.extra["shell"] = str(archive) if archive else ""
            try:
                answer = session.exchange("instantiate", request, _SECONDS)
            except ChildLost as lost:
                raise TensorglotError(f"the models could not be built: {lost}", code="TG004") from lost
            if "tensors" in answer:
                yield answer["tensors"], archive
                return
            problems.append(answer)
            if not answer["source"]:
                raise TensorglotError(answer["error"], code="TG041")
        remedy = "" if inputs else "give the inputs of the model's call with --input"
        raise TensorglotError(problems[0]["error"], code="TG004", remedy=remedy)
