"""Cuts an image into sliding blocks."""

from keras import ops

from tensorglot.frameworks.keras.adapters.per_axis import per_axis
from tensorglot.frameworks.keras.adapters.windows import windows


def unfold_blocks(x, kernel_size, dilation=1, padding=0, stride=1):
    """(N, C, H, W) to (N, C K, L), K the elements of a block and L the number of blocks."""
    sizes, steps, pads, strides = (per_axis(value, 2) for value in (kernel_size, dilation, padding, stride))
    x = ops.pad(ops.transpose(x, (0, 2, 3, 1)), [(0, 0), *((pad, pad) for pad in pads), (0, 0)])
    parts, _ = windows(x, sizes, strides, steps)
    blocks = ops.stack(parts, axis=-1)
    batch, rows, columns, channels, places = ops.shape(blocks)
    return ops.reshape(ops.transpose(blocks, (0, 3, 4, 1, 2)), (batch, channels * places, rows * columns))
