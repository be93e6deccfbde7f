"""Sampling grids of affine maps."""

from keras import ops


def affine_grid(theta, size, align_corners=None):
    """Sampling positions (N, *spatial, coordinates) of affine maps `theta` (N, 2, 3) or (N, 3, 4).

    `size` is (N, C, *spatial). Positions are x, y(, z) in [-1, 1]; with `align_corners` that is centre to centre of
    the border elements, else their outer edges.
    """
    axes = []
    for length in size[2:]:
        steps = ops.cast(ops.arange(length), theta.dtype)
        length = ops.cast(length, theta.dtype)
        if align_corners:
            steps = ops.where(length > 1, 2 * steps / ops.maximum(length - 1, 1) - 1, steps)
        else:
            steps = (2 * steps + 1) / length - 1
        axes.append(steps)
    grids = ops.meshgrid(*axes, indexing="ij")
    base = ops.stack([*grids[::-1], ops.ones_like(grids[0])], axis=-1)
    points = ops.reshape(base, (-1, len(size) - 1))
    result = ops.matmul(points, ops.swapaxes(theta, 1, 2))
    return ops.reshape(result, (-1, *size[2:], len(size) - 2))
