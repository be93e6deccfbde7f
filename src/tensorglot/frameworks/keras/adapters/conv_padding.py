"""The padding of a convolution, in numbers."""

from tensorglot.frameworks.keras.adapters.per_axis import per_axis


def conv_padding(padding, kernel_size, dilation_rate):
    """One (before, after) pair per spatial axis; `padding` is a number, one number per axis, "same" or "valid".

    "same" is that of a convolution with stride 1: the output is as large as the input.
    """
    if padding == "same":
        totals = [step * (size - 1) for size, step in zip(kernel_size, dilation_rate, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    if padding == "valid":
        padding = 0
    return [(pad, pad) for pad in per_axis(padding, len(kernel_size))]
