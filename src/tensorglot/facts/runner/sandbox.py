"""Limits for code that is not trusted: no network, bounded memory and time, no accelerators."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import socket
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

#: Linux namespace flags, see unshare(2).
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class OutOfTime(BaseException):
    """A step took longer than allowed. No `Exception`: code under observation must not swallow it."""


def limit_memory(size: int) -> None:
    """Bounds the address space (bytes), where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if hard < 0 else min(size, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: int) -> None:
    """Bounds the processor time, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def cut_network() -> None:
    """Leaves the network namespace where the system allows; connecting raises in any case."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.unshare(_CLONE_NEWNET):
                libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        setattr(socket, name, _refuse)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise OSError("network access is not allowed while examples are run")


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises `OutOfTime` in the block after `seconds` (a limit inside another one keeps the shorter)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def expire(number: int, frame: FrameType | None) -> NoReturn:
        raise OutOfTime(f"took longer than {seconds:g} s")

    remaining = signal.getitimer(signal.ITIMER_REAL)[0]
    previous = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, min(seconds, remaining) if remaining else seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, max(remaining - seconds, 0.01) if remaining else 0)
        signal.signal(signal.SIGALRM, previous)
