"""Result of a reduction that also tells where each value was found."""

from typing import NamedTuple


class ValuesAndIndices(NamedTuple):
    """`values` and the `indices` along the reduced or sorted axis."""

    values: object
    indices: object
