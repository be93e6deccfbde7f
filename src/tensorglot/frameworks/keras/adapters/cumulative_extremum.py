"""Running maximum or minimum."""

from keras import ops

from tensorglot.frameworks.keras.adapters.ValuesAndIndices import ValuesAndIndices


def cumulative_extremum(x, axis, better):
    """Running best value along `axis` and its index; `better(new, old)`: does `new` take the place of `old`?"""
    shape = [1] * len(x.shape)
    shape[axis] = -1
    positions = ops.reshape(ops.arange(ops.shape(x)[axis]), shape)
    positions = ops.broadcast_to(positions, ops.shape(x))

    def combine(left, right):
        new = better(right[0], left[0])
        return ops.where(new, right[0], left[0]), ops.where(new, right[1], left[1])

    values, indices = ops.associative_scan(combine, (x, positions), axis=axis % len(x.shape))
    return ValuesAndIndices(values, ops.cast(indices, positions.dtype))
