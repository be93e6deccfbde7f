def held_layers(holder):
    """The layers of a list or dict, or the one layer that it is."""
    return list(holder.values()) if isinstance(holder, dict) else holder if isinstance(holder, (list, tuple)) else [holder]
