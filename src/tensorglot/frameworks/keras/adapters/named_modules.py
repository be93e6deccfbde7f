from keras import layers

from tensorglot.frameworks.keras.adapters.named_children import named_children


def named_modules(layer, prefix=""):
    """Yields (dotted path, layer) for a layer and all layers inside it."""
    if isinstance(layer, layers.Layer):
        yield prefix, layer
    for name, inner in named_children(layer):
        yield from named_modules(inner, f"{prefix}.{name}" if prefix else name)
