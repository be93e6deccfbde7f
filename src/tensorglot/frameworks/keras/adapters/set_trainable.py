from keras import layers


def set_trainable(layer, trainable):
    """Freezes the weights of a layer and of those inside it, or has them trained again.

    In Keras a frozen `BatchNormalization` also stops using the statistics of the batch; here only its weights freeze.
    """
    for inner in layer._flatten_layers(include_self=True, recursive=True):
        if isinstance(inner, layers.BatchNormalization):
            _set_affine(inner, trainable)
        elif not inner._layers:
            inner.trainable = trainable
        else:
            for variable in inner._trainable_variables:
                variable.trainable = trainable


def _set_affine(norm, trainable):
    if norm.built:
        for variable in (norm.gamma, norm.beta):
            if variable is not None:
                variable.trainable = trainable
        return
    build = norm.build

    def build_and_set(input_shape):
        build(input_shape)
        _set_affine(norm, trainable)

    norm.build = build_and_set
