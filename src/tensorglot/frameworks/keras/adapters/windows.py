"""Sliding windows as strided slices."""

import itertools

from keras import ops


def windows(x, size, strides, dilation):
    """The elements of all windows over the spatial axes of `x` (N, S..., C).

    Returns a list with one (N, S'..., C) tensor for each place in the window, in row-major order, and the list of
    these places' offsets from the window's start.
    """
    counts = [(length - step * (width - 1) - 1) // stride + 1
              for length, width, stride, step in zip(ops.shape(x)[1:-1], size, strides, dilation, strict=True)]
    parts, offsets = [], []
    for place in itertools.product(*(range(width) for width in size)):
        offset = [index * step for index, step in zip(place, dilation, strict=True)]
        cut = [slice(start, start + (count - 1) * stride + 1, stride)
               for start, count, stride in zip(offset, counts, strides, strict=True)]
        parts.append(x[(slice(None), *cut)])
        offsets.append(offset)
    return parts, offsets
