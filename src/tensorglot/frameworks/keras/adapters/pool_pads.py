"""Padding of a pooling window."""


def pool_pads(padding, strides, ceil_mode):
    """One (before, after) pair per axis; `ceil_mode` lets a window reach `stride - 1` beyond the end.

    Windows that would start behind the input and its left padding are to be cut off afterwards.
    """
    return [(pad, pad + stride - 1 if ceil_mode else pad) for pad, stride in zip(padding, strides, strict=True)]
