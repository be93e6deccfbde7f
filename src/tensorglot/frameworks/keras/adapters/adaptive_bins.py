"""The windows of adaptive pooling."""

from keras import ops


def adaptive_bins(size, output_size):
    """Window i covers floor(i size / output) to ceil((i + 1) size / output): a (output_size, size) boolean matrix."""
    index = ops.arange(output_size, dtype="int32")[:, None]
    place = ops.arange(size, dtype="int32")[None, :]
    start = index * size // output_size
    end = ((index + 1) * size + output_size - 1) // output_size
    return ops.logical_and(place >= start, place < end)
