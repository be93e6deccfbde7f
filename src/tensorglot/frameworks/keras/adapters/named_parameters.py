from tensorglot.frameworks.keras.adapters.held_layers import held_layers


def named_parameters(holder):
    """Yields (path, variable) for the trainable variables of a layer, or of a list or dict of layers."""
    yield from ((variable.path, variable) for layer in held_layers(holder) for variable in layer.trainable_variables)
