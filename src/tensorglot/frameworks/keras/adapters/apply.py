def apply(layer, function):
    """Calls `function` on every layer inside `layer`, then on `layer` itself, which is returned."""
    for inner in reversed(list(layer._flatten_layers(include_self=True, recursive=True))):
        function(inner)
    return layer
