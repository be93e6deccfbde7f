def named_parameters(layer):
    """Yields (path, variable) for the trainable variables of a layer."""
    yield from ((variable.path, variable) for variable in layer.trainable_variables)
