def children(layer):
    """Yields the layers directly inside a layer."""
    yield from layer._flatten_layers(include_self=False, recursive=False)
