from tensorglot.frameworks.keras.adapters.modules import modules


def parameters(holder):
    """The weights of a layer, or of those of a list or dict, that training may change, frozen ones too; no statistics."""
    return [variable for layer in modules(holder) for variable in layer._trainable_variables]
