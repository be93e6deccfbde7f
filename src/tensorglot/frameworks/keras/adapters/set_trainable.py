from keras import layers

from tensorglot.frameworks.keras.adapters.modules import modules


def set_trainable(holder, trainable):
    """Freezes the weights of a layer (or of those of a list or dict) and of the layers inside, or has them trained again.

    In Keras a frozen `BatchNormalization` also stops using the statistics of the batch; here only its weights freeze.
    """
    for inner in modules(holder):
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
