from tensorglot.frameworks.keras.adapters.held_layers import held_layers


def modules(holder):
    """Yields a layer, or those of a list or dict, and all layers inside."""
    for layer in held_layers(holder):
        yield from layer._flatten_layers(include_self=True, recursive=True)
