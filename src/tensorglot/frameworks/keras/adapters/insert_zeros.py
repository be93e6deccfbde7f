"""Zeros between neighbouring elements."""

from keras import ops


def insert_zeros(x, steps, first_axis=0):
    """Inserts `step - 1` zeros between neighbours, for each of the axes from `first_axis` on that `steps` names."""
    for axis, step in enumerate(steps, start=first_axis):
        if step > 1:
            shape = list(ops.shape(x))
            zeros = [(0, 0)] * (len(shape) + 1)
            zeros[axis + 1] = (0, step - 1)
            x = ops.pad(ops.expand_dims(x, axis + 1), zeros)
            shape[axis] = shape[axis] * step
            x = ops.reshape(x, shape)[(slice(None),) * axis + (slice(0, shape[axis] - step + 1),)]
    return x
