"""tensorglot: source-to-source migration of neural networks.

The public names are loaded on first use, so that importing the package stays fast and imports no framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tensorglot.api import Migration, migrate, transfer_weights, verify
    from tensorglot.diagnostics import Diagnostic, TensorglotError

__all__ = ["Diagnostic", "Migration", "TensorglotError", "__version__", "migrate", "transfer_weights", "verify"]

_HOMES = {"Diagnostic": "tensorglot.diagnostics", "TensorglotError": "tensorglot.diagnostics"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES.get(name, "tensorglot.api")), name)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
