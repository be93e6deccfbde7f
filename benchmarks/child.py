"""Runs one measurement in a process of its own, so that its memory and its frameworks are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "bench"


def measure(module: str, *arguments: str, timeout: float = 1800, threads: int = 1) -> dict[str, Any]:
    """Runs `python -m benchmarks.MODULE ARGUMENTS`, whose last line of output is a JSON object, and returns that.

    Where it fails, the object is ``{"error": last line of its messages}``.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "TF_CPP_MIN_LOG_LEVEL": "3",
                   "KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return {"error": f"took longer than {timeout:g} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"error": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]}
    return json.loads(lines[-1])


def peak_memory(who: int) -> int:
    """Largest resident set so far in bytes, of `resource.RUSAGE_SELF` or `RUSAGE_CHILDREN`."""
    import resource

    return resource.getrusage(who).ru_maxrss * 1024
