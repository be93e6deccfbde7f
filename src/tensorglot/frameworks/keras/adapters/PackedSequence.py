from typing import Any, NamedTuple


class PackedSequence(NamedTuple):
    """Sequences of unequal length, kept padded: `data` (N, T, ...) and `lengths` (N,), longest not required first.

    Stands for torch's `PackedSequence` between `pack_padded_sequence` and `pad_packed_sequence`; recurrent adapters
    take it and stop each sequence at its own length.
    """

    data: Any
    lengths: Any
