from typing import Any, NamedTuple

from keras import ops


class PackedSequence(NamedTuple):
    """Sequences of unequal length, kept padded: `padded` (N, T, ...) and `lengths` (N,), longest not required first.

    Stands for torch's `PackedSequence` between `pack_padded_sequence` and `pad_packed_sequence`; recurrent adapters
    take it and stop each sequence at its own length. Torch's fields are computed when they are asked for.
    """

    padded: Any
    lengths: Any

    def __getitem__(self, index):
        return (self.data, self.batch_sizes)[index]

    @property
    def data(self):
        """All elements (sum of the lengths, ...), step by step; within a step those of longer sequences come first."""
        order = ops.argsort(-self.lengths)
        steps = ops.swapaxes(ops.take(self.padded, order, axis=0), 0, 1)
        inside = ops.arange(ops.shape(steps)[0], dtype="int32")[:, None] < ops.take(self.lengths, order)[None]
        (rows,) = ops.nonzero(ops.reshape(inside, (-1,)))
        return ops.take(ops.reshape(steps, (-1, *steps.shape[2:])), rows, axis=0)

    @property
    def batch_sizes(self):
        """How many sequences there are at each step."""
        steps = ops.arange(ops.max(self.lengths), dtype="int32")
        return ops.sum(ops.cast(steps[:, None] < self.lengths[None], "int64"), axis=1)
