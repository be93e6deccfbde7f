"""Value codecs: how one canonical argument is written in a framework, where a plain name does not do.

A codec is used in signatures as ``codec(name, other, ...)``. On lifting, `lift(value, *others)` turns the framework's
value into the canonical one; on lowering, `lower(*values)` gives the framework's value. Values are Python literals
(int, float, str, bool, None, tuple, list) where the argument is one, else opaque pivot nodes that may be passed through
but not inspected. A codec that cannot express the values raises `Decline(reason)`; the next alternative is then tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Decline(Exception):
    """A codec or signature cannot express these values; the reason is shown to the user if no alternative can."""


@dataclass(frozen=True)
class Codec:
    """A pair of functions; see the module docstring."""

    name: str
    lift: Callable[..., Any]
    lower: Callable[..., Any]
    #: True for arguments that only some frameworks have: one that is not known is not written.
    optional: bool = False


CODECS: dict[str, Codec] = {}


def codec(name: str, *, lift: Callable[..., Any], lower: Callable[..., Any], optional: bool = False) -> Codec:
    """Registers a codec under the name used in signatures."""
    CODECS[name] = Codec(name, lift, lower, optional)
    return CODECS[name]


#: Idiom that is a padding told by a name which is known when the program runs.
BY_NAME = "padding_by_name"

#: Python types of literal argument values.
LITERALS = (int, float, str, bool, type(None), tuple, list)


def is_literal(value: Any) -> bool:
    """True where a codec may look into the value."""
    return isinstance(value, LITERALS)
