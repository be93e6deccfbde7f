from keras import ops

from tensorglot.frameworks.keras.adapters.PackedSequence import PackedSequence


def pack_padded_sequence(input, lengths, batch_first=False):
    """Marks a padded batch (T, N, ...), or (N, T, ...) if `batch_first`, with its `lengths` (N,)."""
    if not batch_first:
        input = ops.swapaxes(input, 0, 1)
    return PackedSequence(input, ops.cast(ops.convert_to_tensor(lengths), "int32"))
