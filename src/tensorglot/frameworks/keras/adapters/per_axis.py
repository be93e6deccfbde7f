"""Arguments that are one number for all spatial axes or one for each."""


def per_axis(value, rank):
    """`value` as a tuple with one item for each of `rank` spatial axes."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank
