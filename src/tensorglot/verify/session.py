"""The parent's end of a verification child: starts it, sends requests, survives its death."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tensorglot.verify.cases import Request
from tensorglot.verify.report import VerifyReport

_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")


class ChildLost(Exception):
    """The child died or took too long."""


class Session:
    """A child process for one Keras backend and one dtype; it is started on the first request and again after a death.

    Use as a context manager.
    """

    def __init__(self, backend: str, dtype: str):
        self.backend, self.dtype = backend, dtype
        self.process: subprocess.Popen[bytes] | None = None
        self.folder = tempfile.TemporaryDirectory(prefix="tensorglot-verify-")
        self.errors = Path(self.folder.name) / "stderr"
        self.pending = b""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
        self.folder.cleanup()

    def ask(self, request: Request, timeout: float) -> VerifyReport:
        """The report on one request; a death or timeout of the child is told in it."""
        try:
            return VerifyReport.from_json(self.exchange("verify", request, timeout))
        except ChildLost as lost:
            report = VerifyReport(request.model, ":".join(request.src), ":".join(request.dst), request.backend,
                                  request.inputs, error=str(lost))
            report.stages["runs"] = False
            return report

    def exchange(self, task: str, request: Request, timeout: float) -> dict[str, Any]:
        """The child's answer to a task ("verify" or "instantiate"). Raises `ChildLost`."""
        if self.process is None:
            self._start()
        assert self.process is not None and self.process.stdin is not None
        message = {"task": task, "dtype": self.dtype, "request": request.to_json()}
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        line = self._read(time.monotonic() + timeout)
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        timed_out = self.process.poll() is None
        reason = f"stopped after {timeout:g} s" if timed_out else self._death()
        self.stop()
        raise ChildLost(reason)

    def stop(self) -> None:
        """Ends the child and everything that it started."""
        process, self.process, self.pending = self.process, None, b""
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _start(self) -> None:
        work = Path(self.folder.name) / "work"
        work.mkdir(exist_ok=True)
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tensorglot.verify.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, cwd=work, env=self._environment(str(work)), start_new_session=True)

    def _environment(self, home: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "HOME": home, "TMPDIR": home, "KERAS_BACKEND": self.backend, "CUDA_VISIBLE_DEVICES": "",
            "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1", "PYTORCH_JIT": "0", "JAX_PLATFORMS": "cpu", "PYTHONHASHSEED": "0",
            "JAX_ENABLE_X64": "1" if self.dtype == "float64" else "0", "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSAFEPATH": "1"}

    def _read(self, deadline: float) -> bytes:
        """The child's next line; empty at its end or at the deadline."""
        assert self.process is not None and self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.pending:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return b""
                chunk = os.read(self.process.stdout.fileno(), 1 << 16)
                if not chunk:
                    self.process.wait()
                    return b""
                self.pending += chunk
        line, _, self.pending = self.pending.partition(b"\n")
        return line

    def _death(self) -> str:
        assert self.process is not None
        code = self.process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        tail = self.errors.read_bytes().decode("utf-8", "replace").strip().splitlines()[-3:]
        return f"the verification process {how}: {' | '.join(tail)[-600:]}"
