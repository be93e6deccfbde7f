from keras import ops


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """Back to `(padded, lengths)`; as long as the longest sequence, or `total_length`; padding is `padding_value`."""
    data, lengths = sequence
    if total_length is None:
        data = data[:, : ops.max(lengths)]
    else:
        missing = max(0, total_length - data.shape[1])
        data = ops.pad(data, [(0, 0), (0, missing)] + [(0, 0)] * (len(data.shape) - 2))[:, :total_length]
    inside = ops.arange(ops.shape(data)[1], dtype="int32")[None, :] < lengths[:, None]
    inside = ops.reshape(inside, ops.shape(inside) + (1,) * (len(data.shape) - 2))
    padded = ops.where(inside, data, ops.cast(padding_value, data.dtype))
    return (padded if batch_first else ops.swapaxes(padded, 0, 1)), ops.cast(lengths, "int64")
