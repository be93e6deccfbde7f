"""Positions of a lower triangle."""

import numpy as np
from keras import ops


def tril_indices(rows, columns, offset=0):
    """(2, n) row and column indices of the lower triangle of a (rows, columns) matrix."""
    return ops.convert_to_tensor(np.stack(np.tril_indices(rows, offset, columns)), dtype="int64")
