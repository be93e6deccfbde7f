from keras import layers

from tensorglot.frameworks.keras.adapters.named_children import named_children


def named_modules(layer, prefix=""):
    """Yields (dotted path, layer) for a layer and all layers inside it."""
    yield prefix, layer
    dot = prefix + "." if prefix else ""
    for name, inner in named_children(layer):
        yield from named_modules(inner, dot + name)
    for name, value in vars(layer).items():
        if isinstance(value, (list, tuple)) and not name.startswith("_"):
            for i, inner in enumerate(value):
                if isinstance(inner, layers.Layer):
                    yield from named_modules(inner, f"{dot}{name}.{i}")
