"""Positions of a scatter along one axis."""

from keras import ops


def scatter_positions(axis, index):
    """(number of elements, rank) coordinates of the elements that `index` names along `axis`."""
    shape = ops.shape(index)
    rank = len(shape)
    coordinates = []
    for a in range(rank):
        if a == axis % rank:
            coordinates.append(ops.cast(index, "int32"))
        else:
            own = ops.reshape(ops.arange(shape[a], dtype="int32"), [-1 if b == a else 1 for b in range(rank)])
            coordinates.append(ops.broadcast_to(own, shape))
    return ops.reshape(ops.stack(coordinates, axis=-1), (-1, rank))
