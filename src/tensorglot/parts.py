"""Classes that are put together of parts, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


class Part:
    """Base of the parts of one class: each uses what the others define."""

    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...
