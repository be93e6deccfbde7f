from keras import ops


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Stacks tensors (T_i, ...) of unequal length to (N, T, ...) if `batch_first`, else (T, N, ...)."""
    longest = max(sequence.shape[0] for sequence in sequences)
    rows = []
    for sequence in sequences:
        missing = longest - sequence.shape[0]
        ends = (missing, 0) if padding_side == "left" else (0, missing)
        rest = [(0, 0)] * (len(sequence.shape) - 1)
        rows.append(ops.pad(sequence, [ends, *rest], constant_values=padding_value))
    return ops.stack(rows, axis=0 if batch_first else 1)
