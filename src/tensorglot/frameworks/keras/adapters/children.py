def children(holder):
    """Yields the layers directly inside a layer, or those of a list or dict."""
    if isinstance(holder, (list, tuple, dict)):
        yield from holder.values() if isinstance(holder, dict) else holder
    else:
        yield from holder._flatten_layers(include_self=False, recursive=False)
