def parameters(layer):
    """The weights of a layer and of those inside it that training may change, frozen ones too; no statistics."""
    return [v for inner in layer._flatten_layers(include_self=True, recursive=True) for v in inner._trainable_variables]
