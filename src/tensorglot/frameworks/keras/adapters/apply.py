from tensorglot.frameworks.keras.adapters.held_layers import held_layers


def apply(holder, function):
    """Calls `function` on all layers of a layer, list or dict, inner ones first; returns what it was given."""
    for layer in held_layers(holder):
        for inner in reversed(list(layer._flatten_layers(include_self=True, recursive=True))):
            function(inner)
    return holder
