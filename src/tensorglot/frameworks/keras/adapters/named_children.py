from keras import layers


def named_children(layer):
    """Yields (attribute name, layer) for the layers that a layer holds directly."""
    if hasattr(layer, "layers") and not hasattr(layer, "held"):
        yield from ((str(i), inner) for i, inner in enumerate(layer.layers))
        return
    for name, value in vars(layer).items():
        if isinstance(value, layers.Layer) and not name.startswith("_"):
            yield name, value
