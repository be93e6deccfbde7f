"""Positions of an upper triangle."""

import numpy as np
from keras import ops


def triu_indices(rows, columns, offset=0):
    """(2, n) row and column indices of the upper triangle of a (rows, columns) matrix."""
    return ops.convert_to_tensor(np.stack(np.triu_indices(rows, offset, columns)), dtype="int64")
