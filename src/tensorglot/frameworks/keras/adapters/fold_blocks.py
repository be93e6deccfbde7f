"""Adds sliding blocks up to an image."""

from keras import ops

from tensorglot.frameworks.keras.adapters.insert_zeros import insert_zeros
from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def fold_blocks(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """(N, C K, L) to (N, C, H, W): the sum of the blocks that `unfold` would cut there."""
    output_size, sizes, steps, pads, strides = (
        per_axis(value, 2) for value in (output_size, kernel_size, dilation, padding, stride))
    whole = [size + 2 * pad for size, pad in zip(output_size, pads, strict=True)]
    counts = [(size - step * (width - 1) - 1) // stride + 1
              for size, width, step, stride in zip(whole, sizes, steps, strides, strict=True)]
    batch, rows, _ = ops.shape(x)
    blocks = ops.reshape(x, (batch, rows // (sizes[0] * sizes[1]), *sizes, *counts))
    y = 0
    for row in range(sizes[0]):
        for column in range(sizes[1]):
            part = insert_zeros(blocks[:, :, row, column], strides, first_axis=2)
            starts = (row * steps[0], column * steps[1])
            ends = [size - start - (count - 1) * stride - 1
                    for size, start, count, stride in zip(whole, starts, counts, strides, strict=True)]
            y = y + ops.pad(part, [(0, 0), (0, 0), (starts[0], ends[0]), (starts[1], ends[1])])
    return y[:, :, pads[0]:pads[0] + output_size[0], pads[1]:pads[1] + output_size[1]]
