def modules(layer):
    """Yields a layer and all layers inside it."""
    yield from layer._flatten_layers(include_self=True, recursive=True)
