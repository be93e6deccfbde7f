"""Starts a framework's runner in a child process with limits, and reads what it wrote."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..diagnostics import TensorglotError
from ..frameworks import dialects
from .tape import Tape, restore_run

#: Lines of the child's output that are shown where it dies.
_TAIL = 3


@dataclass(frozen=True)
class Limits:
    """Bounds for the child.

    `memory` is its address space in bytes, `wall` its whole life and `step` one import, construction or call, in
    seconds; `search` is what the search for examples may take, in seconds.
    """

    memory: int = 12 * 2**30
    wall: float = 600.0
    step: float = 150.0
    search: float = 300.0


def runner_of(framework: str | None) -> str:
    """Package of the framework's runner, its own or that of a framework that it falls back on; without a framework the
    first one's that has a runner. Raises `TensorglotError` (TG004) where there is none.
    """
    for name in dialects.NAMES if framework is None else (framework, *dialects.get(framework).FALLBACK):
        package = f"{dialects.__package__}.{name}"
        if importlib.util.find_spec(f"{package}.runner") is not None:
            return f"{package}.runner"
    raise TensorglotError(f"programs of {framework or 'any framework'} cannot be run", code="TG004",
                          remedy="use --no-run")


def run_child(framework: str | None, request: dict[str, Any], limits: Limits,
              progress: Callable[[str], None] | None = None) -> Tape:
    """Runs the request; what the child completed before it died is kept, and its death is among the errors."""
    with tempfile.TemporaryDirectory(prefix="tensorglot-") as folder:
        work = Path(folder)
        (work / "cwd").mkdir()
        (work / "request.json").write_text(json.dumps({**request, "limits": asdict(limits)}), "utf-8")
        command = [sys.executable, "-m", runner_of(framework), str(work / "request.json"), str(work / "out.jsonl")]
        with open(work / "stdout", "wb") as stdout, open(work / "stderr", "wb") as stderr:
            process = subprocess.Popen(command, cwd=work / "cwd", env=_environment(work), stdin=subprocess.DEVNULL,
                                       stdout=stdout, stderr=stderr, start_new_session=True)
            end = _wait(process, limits.wall, work / "out.jsonl", progress)
        return _read(work, end, request)


def _environment(work: Path) -> dict[str, str]:
    """PATH and what makes runs reproducible; nothing else of the user's environment."""
    package_root = str(Path(__file__).resolve().parents[2])
    kept = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "OMP_NUM_THREADS") if k in os.environ}
    return {"OMP_NUM_THREADS": "2", **kept, "PYTHONPATH": package_root, "HOME": str(work), "TMPDIR": str(work),
            "TEMP": str(work), "XDG_CACHE_HOME": str(work), "LANG": "C.UTF-8", "PYTHONUTF8": "1",
            "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTORCH_JIT": "0", "CUDA_VISIBLE_DEVICES": "",
            "HF_HUB_OFFLINE": "1", "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"}


def _wait(process: subprocess.Popen, seconds: float, out: Path, progress: Callable[[str], None] | None) -> str:
    """Waits for the end and says how it came: "" (normal), or a reason. The whole process group ends with it."""
    reason = ""
    waited = 0.0
    told = ""
    try:
        while True:
            try:
                code = process.wait(timeout=0.25)
                reason = "" if code == 0 else _death(code)
                break
            except subprocess.TimeoutExpired:
                waited += 0.25
                told = _tell(out, told, progress)
                if waited >= seconds:
                    reason = f"took longer than {seconds:g} s and was stopped"
                    break
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return reason


def _tell(out: Path, told: str, progress: Callable[[str], None] | None) -> str:
    if progress is None or not out.is_file():
        return told
    doing = _last_step(out.read_text("utf-8", errors="replace").splitlines())
    if doing and doing != told:
        progress(doing)
    return doing


def _last_step(lines: list[str]) -> str:
    for line in reversed(lines):
        if line.startswith('{"doing":'):
            with contextlib.suppress(ValueError):
                return str(json.loads(line)["doing"])
    return ""


def _death(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"ended by signal {signal.Signals(-code).name}"
    return f"ended the process with exit code {code}"


def _read(work: Path, reason: str, request: dict[str, Any]) -> Tape:
    tape = Tape()
    out = work / "out.jsonl"
    lines = out.read_text("utf-8", errors="replace").splitlines() if out.is_file() else []
    done = False
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the line that was being written when the child was killed
        done = done or "done" in record
        if "run" in record:
            tape.runs.append(restore_run(record["run"]))
        elif "example" in record:
            tape.examples.append(record["example"])
        elif "error" in record:
            tape.errors.append(record["error"])
    if not done:
        tape.errors.append(_unfinished(work, reason or "ended the process early", _last_step(lines), request))
    return tape


def _unfinished(work: Path, reason: str, step: str, request: dict[str, Any]) -> dict[str, Any]:
    tail = [line for line in (work / "stderr").read_text("utf-8", errors="replace").splitlines() if line.strip()]
    step = step or "start of the child process"
    module = next((m for m in request["modules"] if m in step.split(" ")[-1].split(":")), ", ".join(request["modules"]))
    detail = f"; last output: {' / '.join(tail[-_TAIL:])}" if tail else ""
    return {"module": module, "phase": step.split(" ")[0], "message": f"{step} {reason}{detail}"}
