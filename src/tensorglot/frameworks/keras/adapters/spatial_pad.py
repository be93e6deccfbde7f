"""Padding of the spatial axes of a channels-last tensor."""

from keras import ops


def spatial_pad(x, padding, mode="constant", value=0.0):
    """Pads axes 1, 2, ... of `x` (N, S..., C).

    `padding`: one `(before, after)` pair per spatial axis; negative numbers crop, before anything else is done.
    `mode`: "constant" (with `value`), "reflect", "replicate" or "circular".
    """
    for axis, (before, after) in enumerate(padding, start=1):
        if before < 0 or after < 0:
            part = slice(max(-before, 0), after if after < 0 else None)
            x = x[(slice(None),) * axis + (part,)]
    grow = [(max(before, 0), max(after, 0)) for before, after in padding]
    if mode == "constant":
        return ops.pad(x, [(0, 0), *grow, (0, 0)], constant_values=value) if any(map(any, grow)) else x
    for axis, (before, after) in enumerate(grow, start=1):
        if before or after:
            size = ops.shape(x)[axis]
            place = ops.arange(-before, size + after, dtype="int32")
            if mode == "reflect":
                place = (size - 1) - ops.absolute((size - 1) - ops.absolute(place))
            elif mode == "replicate":
                place = ops.clip(place, 0, size - 1)
            elif mode == "circular":
                place = ops.mod(place, size)
            else:
                raise ValueError(f"unknown padding mode {mode!r}")
            x = ops.take(x, place, axis=axis)
    return x
