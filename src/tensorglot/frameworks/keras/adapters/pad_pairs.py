"""Ways to write a padding."""


def pad_pairs(padding, rank):
    """One (before, after) pair for each of `rank` spatial axes.

    `padding`: a number for all ends; pairs; or 2 * rank numbers (before, after) that begin with the last axis.
    """
    if isinstance(padding, int):
        return [(padding, padding)] * rank
    if isinstance(padding[0], int):
        return [(padding[2 * i], padding[2 * i + 1]) for i in reversed(range(rank))]
    return [tuple(pair) for pair in padding]
