"""A range of an axis."""


def narrow(x, axis, start, length):
    """Elements `start` to `start + length` of `axis`; a negative `start` counts from the end."""
    axis = axis % len(x.shape)
    stop = None if isinstance(start, int) and start < 0 and start + length == 0 else start + length
    return x[(slice(None),) * axis + (slice(start, stop),)]
