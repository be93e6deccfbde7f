def apply(holder, function):
    """Calls `function` on all layers of a layer, list or dict, inner ones first; returns what it was given."""
    held = holder.values() if isinstance(holder, dict) else holder if isinstance(holder, (list, tuple)) else [holder]
    for layer in held:
        for inner in reversed(list(layer._flatten_layers(include_self=True, recursive=True))):
            function(inner)
    return holder
