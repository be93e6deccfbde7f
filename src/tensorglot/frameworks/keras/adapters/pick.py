"""Values at given positions of an axis."""

from keras import ops

from tensorglot.frameworks.keras.adapters.ValuesAndIndices import ValuesAndIndices


def pick(x, indices, axis, keepdims=False):
    """`indices` (size 1 along `axis`) and the values there. The gradient goes to these values alone."""
    values = ops.take_along_axis(x, indices, axis=axis)
    if keepdims:
        return ValuesAndIndices(values, indices)
    return ValuesAndIndices(ops.squeeze(values, axis=axis), ops.squeeze(indices, axis=axis))
