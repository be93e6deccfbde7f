from tensorglot.frameworks.keras.adapters.named_children import named_children


def get_submodule(layer, path):
    """The layer at a dotted path of the source's names."""
    for name in filter(None, path.split(".")):
        inside = dict(named_children(layer))
        if name not in inside:
            raise AttributeError(f"{type(layer).__name__} has no layer {name!r}")
        layer = inside[name]
    return layer
