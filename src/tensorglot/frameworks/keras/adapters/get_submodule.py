def get_submodule(layer, path):
    """The layer at a dotted attribute path."""
    for name in filter(None, path.split(".")):
        layer = layer.layers[int(name)] if name.isdigit() and hasattr(layer, "layers") else \
            layer[int(name)] if name.isdigit() else getattr(layer, name)
    return layer
