"""Subscripts with arrays."""

import keras
from keras import ops


def getitem(x, key):
    """`x[key]`, where `key` may hold integers, slices, None, Ellipsis, index arrays and masks.

    Several index arrays are broadcast together; their axes come first unless the arrays stand side by side.
    """
    items = _spell_out(key if isinstance(key, tuple) else (key,), len(x.shape))
    x = x[tuple(slice(None) if _is_array(item) else item for item in items)]
    arrays, places, axis = [], [], 0
    for item in items:
        if _is_array(item):
            arrays.append(item)
            places.append(axis)
        axis += not isinstance(item, int)
    if not arrays:
        return x
    if len(arrays) == 1:
        return ops.take(x, arrays[0], axis=places[0])
    side_by_side = places == list(range(places[0], places[0] + len(places)))
    others = [a for a in range(len(x.shape)) if a not in places]
    sizes = ops.shape(x)
    flat = 0
    for array, place in zip(arrays, places, strict=True):
        flat = flat * sizes[place] + ops.where(array < 0, array + sizes[place], array)
    x = ops.reshape(ops.transpose(x, places + others), (-1, *[sizes[a] for a in others]))
    x = ops.take(x, flat, axis=0)
    if side_by_side and places[0]:
        rank = len(flat.shape)
        ahead = [rank + i for i in range(places[0])]
        x = ops.transpose(x, ahead + list(range(rank)) + list(range(rank + places[0], len(x.shape))))
    return x


def _is_array(item):
    return not (item is None or item is Ellipsis or isinstance(item, (int, slice)))


def _spell_out(key, rank):
    """The key with arrays for lists, indices for masks and slices for an Ellipsis."""
    items, used = [], 0
    for item in key:
        if _is_array(item):
            item = ops.convert_to_tensor(item)
            if keras.backend.standardize_dtype(item.dtype) == "bool":
                used += len(item.shape)
                items += [ops.cast(indices, "int32") for indices in ops.nonzero(item)]
                continue
            item = ops.cast(item, "int32")
        used += item is not None and item is not Ellipsis
        items.append(item)
    for i, item in enumerate(items):
        if item is Ellipsis:
            return items[:i] + [slice(None)] * (rank - used) + items[i + 1:]
    return items
