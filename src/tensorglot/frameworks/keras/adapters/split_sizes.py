"""Parts of given sizes."""


def split_sizes(x, parts, axis=0):
    """`x` cut along `axis` into parts of the sizes `parts`."""
    before = (slice(None),) * (axis % len(x.shape))
    result, start = [], 0
    for size in parts:
        result.append(x[(*before, slice(start, start + size))])
        start += size
    return result
