"""Parts of given sizes."""

from keras import ops


def split_sizes(x, parts, axis=0):
    """`x` cut along `axis` into parts of the sizes `parts`."""
    points, total = [], 0
    for size in parts[:-1]:
        total += size
        points.append(total)
    return ops.split(x, points, axis=axis)
