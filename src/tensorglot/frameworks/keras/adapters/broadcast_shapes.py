"""Common shape of tensors that are combined element by element."""


def broadcast_shapes(*shapes):
    """The shape to which all `shapes` broadcast; sizes may be ints or, where unknown, scalar tensors."""
    shapes = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    rank = max(len(shape) for shape in shapes)
    common = []
    for sizes in zip(*[(1,) * (rank - len(shape)) + shape for shape in shapes], strict=True):
        known = [size for size in sizes if isinstance(size, int) and size != 1]
        unknown = [size for size in sizes if not isinstance(size, int)]
        if len(set(known)) > 1:
            raise ValueError(f"Shapes {shapes} cannot be broadcast.")
        common.append((known + unknown + [1])[0])
    return tuple(common)
