"""Runs a source model and its migrated counterpart with equal weights and compares what they compute."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tensorglot.verify.cases import DTYPES, MODES, Case, Request, Where, locate, split_model
from tensorglot.verify.native import native_tolerance
from tensorglot.verify.report import Row, VerifyReport
from tensorglot.verify.session import Session
from tensorglot.weights.plan import Plan, load_plan

__all__ = ["Case", "Row", "VerifyReport", "verify", "verify_many"]


def verify(src_path: Where, dst_path: Where, model: str, inputs: Sequence[str], *, plan: Any = None,
           modes: Sequence[str] = MODES, dtypes: Sequence[str] = DTYPES, sizes: str | Sequence[Sequence[str]] = "auto",
           backend: str = "tensorflow", interface: dict[str, Any] | None = None, timeout: float = 300.0,
           seed: int = 0) -> VerifyReport:
    """Verifies one model; see `Case` for the arguments. Raises TG001 or TG002 for missing files and bad options.

    Compared are outputs (tolerance 1e-4 in float32, 1e-9 in float64, relative to the largest value), gradients (1e-7
    in float64; in float32 ten times the source's own rounding), buffers after a step in training mode, and outputs at
    another batch size and another spatial or sequence size where the source runs at one.
    """
    case = Case(src_path, dst_path, model, inputs, plan, interface, modes, dtypes, sizes, backend, seed, timeout)
    return verify_many([case])[0]


def verify_many(cases: Sequence[Case], progress: Callable[[int, VerifyReport], None] | None = None,
                ) -> list[VerifyReport]:
    """Verifies many models; frameworks are imported once per backend and dtype. A crash fails its case only.

    `progress` is called with the case's index after each dtype of it.
    """
    for case in cases:
        case.check()
    prepared = [(case, {dtype: request_of(case, dtype) for dtype in _dtypes(case)}) for case in cases]
    reports: dict[int, VerifyReport] = {}
    for backend, dtype in dict.fromkeys((c.backend, d) for c in cases for d in _dtypes(c)):
        with Session(backend, dtype) as session:
            for i, (case, requests) in enumerate(prepared):
                if case.backend != backend or dtype not in requests:
                    continue
                report = session.ask(requests[dtype], case.timeout)
                if i in reports:
                    reports[i].merge(report)
                else:
                    reports[i] = report
                if progress:
                    progress(i, reports[i])
    return [reports[i] for i in range(len(cases))]


def _dtypes(case: Case) -> Sequence[str]:
    """The case's dtypes; Keras's type promotion has no float64 but on TensorFlow (`keras.backend.result_type`)."""
    if case.backend == "tensorflow":
        return case.dtypes
    return [d for d in case.dtypes if d != "float64"] or ["float32"]


def request_of(case: Case, dtype: str) -> Request:
    """The case as a child gets it: files located, plan and interface found."""
    module, expression = split_model(case.model)
    src, dst = locate(case.src, module), locate(case.dst, module)
    plan = load_plan(case.plan if case.plan is not None else _plan_beside(case.dst))
    interface = case.interface or plan.interface.get(case.model) or plan.interface.get(expression) or \
        _consensus({m: i for m, i in plan.interface.items() if _called(m) == _called(expression)}, case.inputs) or \
        _consensus(plan.interface, case.inputs)
    files = _files(dst)
    document = plan.to_json() | {"target": "keras" if plan.target == "tensorflow" else plan.target}
    sizes = case.sizes if isinstance(case.sizes, str) else [list(texts) for texts in case.sizes]
    return Request(src, dst, [str(f) for f in files], expression, list(case.inputs), document, interface,
                   list(case.modes), dtype, sizes, case.backend, case.seed, native_tolerance(files))


def _called(model: str) -> str:
    """What a model expression calls."""
    return model.rpartition(":")[2].partition("(")[0]


def _consensus(interfaces: dict[str, Any], inputs: Sequence[str]) -> dict[str, Any] | None:
    """The interface on which all models of the plan agree that take inputs of these ranks; None if they do not."""
    ranks = [text.partition("]")[0].partition("[")[2].count(",") + 1 for text in inputs]
    fitting = [i for i in interfaces.values() if len(i.get("inputs", ())) == len(ranks) and all(
        order is None or len(order) == rank for order, rank in zip(i["inputs"], ranks, strict=True))]
    if not fitting or any(i["inputs"] != fitting[0]["inputs"] for i in fitting):
        return None
    agreed = all(i == fitting[0] for i in fitting)
    return fitting[0] if agreed else {"inputs": fitting[0]["inputs"]}


def _plan_beside(where: Where) -> Plan | Path | None:
    if isinstance(where, tuple):
        places = [Path(where[0]) / where[1].partition(".")[0] / "tensorglot.plan.json",
                  Path(where[0]) / "tensorglot.plan.json"]
    else:
        path = Path(where)
        places = [path / "tensorglot.plan.json"] if path.is_dir() else [path.with_suffix(".plan.json")]
    return next((p for p in places if p.is_file()), None)


def _files(dst: tuple[str, str]) -> list[Path]:
    """The files of the target: its module, or all of the package that it belongs to."""
    root, module = Path(dst[0]), dst[1].split(".")
    top = root / module[0]
    if top.is_dir():
        return sorted(top.rglob("*.py"))
    return [root / f"{module[0]}.py"]


class _Callable(types.ModuleType):
    """`tensorglot.verify` is this package and, by the public interface, the function of the same name."""

    def __call__(self, *args: Any, **kwargs: Any) -> VerifyReport:
        return verify(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
